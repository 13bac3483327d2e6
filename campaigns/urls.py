"""A brand's campaigns, their variants and templates: one editor, under the name of each."""

from django.urls import URLPattern, path

from campaigns.views import (
    blocks,
    campaigns,
    coupons,
    domains,
    editor,
    images,
    lists,
    look,
    policy,
    preflight,
    preview,
    report,
    templates,
    variants,
)


def _editor(owner: str) -> list[URLPattern]:
    """The addresses of the shared editor for a campaign, variant or template."""
    home, fixed = f"{owner}s/<int:pk>", {"owner": owner}
    return [
        path(f"{home}/edit/", editor.edit, fixed, name=f"{owner}_edit"),
        path(f"{home}/save/", editor.save, fixed, name=f"{owner}_save"),
        path(f"{home}/undo/", editor.undo, fixed, name=f"{owner}_undo"),
        path(f"{home}/languages/", editor.languages, fixed, name=f"{owner}_languages"),
        path(f"{home}/checks/", editor.checks, fixed, name=f"{owner}_checks"),
        path(f"{home}/test/", editor.send_test, fixed, name=f"{owner}_test"),
        path(f"{home}/blocks/", blocks.add, fixed, name=f"{owner}_blocks"),
        path(f"{home}/blocks/<slug:block_id>/", blocks.change, fixed, name=f"{owner}_block"),
        path(f"{home}/preview/", preview.pane, fixed, name=f"{owner}_preview"),
        path(f"{home}/people/", preview.find, fixed, name=f"{owner}_people"),
        path(f"{home}/mail/", preview.mail, fixed, name=f"{owner}_mail"),
    ]


urlpatterns = [
    path("settings/domains/", domains.index, name="sending_domains"),
    path("settings/domains/<int:pk>/", domains.card, name="sending_domain"),
    path("settings/domains/<int:pk>/check/", domains.check, name="sending_domain_check"),
    path("settings/domains/<int:pk>/key/", domains.new_key, name="sending_domain_key"),
    path("settings/domains/<int:pk>/delete/", domains.delete, name="sending_domain_delete"),
    path("campaigns/", campaigns.index, name="campaigns"),
    path("campaigns/calendar/", campaigns.calendar, name="campaign_calendar"),
    path("campaigns/new/", campaigns.new, name="campaign_new"),
    path("campaigns/<int:pk>/", report.show, name="campaign"),
    path("campaigns/<int:pk>/row/", campaigns.row, name="campaign_row"),
    path("campaigns/<int:pk>/live/", report.live, name="campaign_live"),
    path("campaigns/<int:pk>/window/", report.window, name="campaign_window"),
    path("campaigns/lists/new/", lists.new, name="list_new"),
    path("campaigns/lists/<int:pk>/", lists.show, name="list"),
    path("campaigns/lists/<int:pk>/save/", lists.save, name="list_save"),
    path("campaigns/lists/<int:pk>/approve/", lists.approve, name="list_approve"),
    path("campaigns/lists/<int:pk>/progress/", lists.progress, name="list_progress"),
    path("campaigns/lists/<int:pk>/list.csv", lists.file, name="list_file"),
    path("campaigns/lists/<int:pk>/handed-over/", lists.hand_over, name="list_hand_over"),
    path("campaigns/lists/<int:pk>/cancel/", lists.cancel, name="list_cancel"),
    path("campaigns/<int:pk>/recipients.csv", report.recipients, name="campaign_recipients"),
    path("campaigns/<int:pk>/preflight/", preflight.everybody, name="campaign_preflight"),
    path("campaigns/<int:pk>/copy/", campaigns.copy, name="campaign_copy"),
    path("campaigns/<int:pk>/delete/", campaigns.delete, name="campaign_delete"),
    path("campaigns/<int:pk>/launch/", campaigns.start, name="campaign_launch"),
    path("campaigns/<int:pk>/unschedule/", campaigns.unschedule, name="campaign_unschedule"),
    path("campaigns/<int:pk>/pause/", campaigns.pause, name="campaign_pause"),
    path("campaigns/<int:pk>/resume/", campaigns.resume, name="campaign_resume"),
    path("campaigns/<int:pk>/cancel/", campaigns.cancel, name="campaign_cancel"),
    path("campaigns/<int:pk>/variants/", variants.add, name="campaign_variants"),
    path("campaigns/<int:pk>/variants/test/", variants.share, name="campaign_variants_share"),
    path("campaigns/<int:pk>/winner/", variants.winner, name="campaign_winner"),
    path("campaigns/<int:pk>/coupons/", coupons.choose, name="campaign_coupons"),
    path("settings/contact-rules/", policy.contact_rules, name="contact_rules"),
    path(
        "settings/contact-rules/effect/", policy.contact_rules_effect, name="contact_rules_effect"
    ),
    path("coupons/", coupons.index, name="coupons"),
    path("coupons/new/", coupons.new, name="coupon_new"),
    path("coupons/<str:batch_id>/", coupons.batch, name="coupon_batch"),
    path("coupons/<str:batch_id>/codes/", coupons.codes, name="coupon_codes"),
    path("coupons/<str:batch_id>/codes.csv", coupons.codes_csv, name="coupon_batch_csv"),
    path("variants/<int:pk>/remove/", variants.remove, name="variant_remove"),
    path("settings/mail-look/", look.settings, name="mail_look"),
    path("settings/mail-look/sample/", look.sample, name="mail_look_sample"),
    path("kept-blocks/", blocks.kept, name="kept_blocks"),
    path("images/", images.library, name="mail_images"),
    path("templates/", templates.index, name="templates"),
    path("templates/new/", templates.new, name="template_new"),
    path("templates/<int:pk>/delete/", templates.delete, name="template_delete"),
    *_editor("campaign"),
    *_editor("template"),
    *_editor("variant"),
]
