"""The brand's pages about partners."""

from django.urls import path

from partners.views import (
    categories,
    keys,
    messages,
    offers,
    packs,
    partnerships,
    pools,
    review,
    terms,
)

_ONE = "partners/partnerships/<str:partnership_id>/"
_REVIEW = "partners/offers/review/"
_OFFER = "partners/offers/<str:offer_id>/"
_POOL = "partners/vouchers/<str:pool_id>/"

_PACK = "partners/packs/<str:pack_id>/"

urlpatterns = [
    path("partners/", partnerships.index, name="partners"),
    path("partners/invite/", partnerships.invite, name="partner_new"),
    path("partners/categories/", categories.index, name="partner_categories"),
    path("partners/categories/<int:pk>/", categories.rename, name="partner_category"),
    path(_ONE, partnerships.show, name="partnership"),
    path(f"{_ONE}approve/", partnerships.approve, name="partnership_approve"),
    path(f"{_ONE}reject/", partnerships.reject, name="partnership_reject"),
    path(f"{_ONE}suspend/", partnerships.suspend, name="partnership_suspend"),
    path(f"{_ONE}resume/", partnerships.resume, name="partnership_resume"),
    path(f"{_ONE}end/", partnerships.end, name="partnership_end"),
    path(f"{_ONE}ban/", partnerships.ban, name="partnership_ban"),
    path(f"{_ONE}again/", partnerships.invite_again, name="partnership_again"),
    path(f"{_ONE}take-back/", partnerships.invite_withdraw, name="partnership_take_back"),
    path(f"{_ONE}category/", partnerships.category, name="partnership_category"),
    path(f"{_ONE}terms/", terms.propose, name="partnership_terms"),
    path(f"{_ONE}agree/", terms.agree, name="partnership_agree"),
    path(f"{_ONE}block/", categories.block, name="partnership_block"),
    path(f"{_ONE}unblock/", categories.unblock, name="partnership_unblock"),
    path("partners/offers/", offers.index, name="offers"),
    path(_REVIEW, review.index, name="partner_review"),
    path(f"{_REVIEW}<str:offer_id>/", review.case, name="partner_review_offer"),
    path(f"{_REVIEW}<str:offer_id>/decide/", review.decide, name="partner_review_decide"),
    path(f"{_REVIEW}<str:offer_id>/reply/", review.reply, name="partner_review_reply"),
    path("partners/offers/replies/", review.kept_replies, name="offer_replies"),
    path("partners/offers/replies/<int:pk>/", review.kept_reply, name="offer_reply"),
    path(
        "partners/offers/replies/<int:pk>/delete/", review.delete_reply, name="offer_reply_delete"
    ),
    path("partners/offers/template/", review.template, name="offer_template"),
    path(_OFFER, offers.offer, name="offer"),
    path(f"{_OFFER}pause/", offers.pause, name="offer_pause"),
    path(f"{_OFFER}resume/", offers.resume, name="offer_resume"),
    path(f"{_OFFER}end/", offers.end, name="offer_end"),
    path(f"{_OFFER}send/", offers.send, name="offer_send"),
    path(f"{_OFFER}control/", offers.control, name="offer_control"),
    path("partners/vouchers/", pools.index, name="voucher_pools"),
    path("partners/vouchers/new/", pools.new, name="voucher_pool_new"),
    path(_POOL, pools.pool, name="voucher_pool"),
    path(f"{_POOL}codes/", pools.codes, name="voucher_pool_codes"),
    path(f"{_POOL}make/", pools.make, name="voucher_pool_make"),
    path(f"{_POOL}void/", pools.void, name="voucher_pool_void"),
    path(f"{_POOL}close/", pools.close, name="voucher_pool_close"),
    path(f"{_POOL}free.csv", pools.codes_csv, name="voucher_pool_csv"),
    path(f"{_ONE}redemptions/", pools.redemptions, name="partnership_redemptions"),
    path("partners/packs/", packs.index, name="packs"),
    path("partners/packs/new/", packs.create, name="pack_new"),
    path("partners/packs/items/<int:item_id>/back/", packs.give_back, name="pack_give_back"),
    path(_PACK, packs.show, name="pack"),
    path(f"{_PACK}change/", packs.change, name="pack_change"),
    path(f"{_PACK}need/", packs.need, name="pack_need"),
    path(f"{_PACK}fill/", packs.fill, name="pack_fill"),
    path(f"{_PACK}parts/<int:part_id>/empty/", packs.empty, name="pack_empty"),
    path(f"{_PACK}split/", packs.split, name="pack_split"),
    path(f"{_PACK}start/", packs.start, name="pack_start"),
    path(f"{_PACK}end/", packs.end, name="pack_end"),
    path(f"{_PACK}issue/", packs.issue, name="pack_issue"),
    path(f"{_PACK}sales/<int:sale_id>/", packs.sale, name="pack_sale"),
    path(f"{_ONE}messages/", messages.page, name="partnership_messages"),
    path(f"{_ONE}messages/write/", messages.write, name="partnership_messages_write"),
    path(f"{_ONE}messages/read/", messages.read, name="partnership_messages_read"),
    path(f"{_ONE}keys/", keys.of_partner, name="partnership_keys"),
    path(f"{_ONE}keys/<int:pk>/revoke/", keys.of_partner_revoke, name="partnership_key_revoke"),
]
