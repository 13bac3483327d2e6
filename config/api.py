"""The addresses of the REST API, version 1."""

from django.urls import path

from campaigns.api import campaigns
from customers.api import (
    attributes,
    bulk_customers,
    bulk_orders,
    customers,
    events,
    identities,
    jobs,
    merges,
    orders,
    permissions,
    privacy,
    products,
    segments,
    spend,
)

urlpatterns = [
    path("attributes", attributes.Attributes.as_view(), name="api_attributes"),
    path("attributes/<path:attribute>", attributes.AttributeDetail.as_view(), name="api_attribute"),
    path("customers", customers.Customers.as_view(), name="api_customers"),
    path("customers/bulk", bulk_customers.BulkCustomers.as_view(), name="api_customers_bulk"),
    path("customers/<str:customer_id>", customers.CustomerDetail.as_view(), name="api_customer"),
    path(
        "customers/external/<str:external_id>",
        customers.CustomerByExternalId.as_view(),
        name="api_customer_external",
    ),
    path(
        "customers/<str:customer_id>/events",
        events.CustomerEvents.as_view(),
        name="api_customer_events",
    ),
    path("bulk", jobs.BulkJobs.as_view(), name="api_bulk_jobs"),
    path("bulk/<str:job_id>", jobs.BulkJobDetail.as_view(), name="api_bulk_job"),
    path("bulk/<str:job_id>/results", jobs.BulkJobResults.as_view(), name="api_bulk_job_results"),
    path("events", events.Events.as_view(), name="api_events"),
    path(
        "customers/<str:customer_id>/merge",
        merges.CustomerMerge.as_view(),
        name="api_customer_merge",
    ),
    path(
        "customers/<str:customer_id>/identities",
        identities.CustomerIdentities.as_view(),
        name="api_customer_identities",
    ),
    path("merges/<str:merge_id>", merges.MergeDetail.as_view(), name="api_merge"),
    path(
        "customers/<str:customer_id>/consents",
        permissions.CustomerConsents.as_view(),
        name="api_customer_consents",
    ),
    path("opt-ins", permissions.SignUps.as_view(), name="api_opt_ins"),
    path("suppressions", permissions.Suppressions.as_view(), name="api_suppressions"),
    path("suppressions/lift", permissions.SuppressionLift.as_view(), name="api_suppression_lift"),
    path("privacy-requests", privacy.PrivacyRequests.as_view(), name="api_privacy_requests"),
    path(
        "privacy-requests/<str:privacy_request_id>",
        privacy.PrivacyRequestDetail.as_view(),
        name="api_privacy_request",
    ),
    path(
        "privacy-requests/<str:privacy_request_id>/data",
        privacy.PrivacyData.as_view(),
        name="api_privacy_data",
    ),
    path("products", products.Products.as_view(), name="api_products"),
    path("products/<str:product_id>", products.ProductDetail.as_view(), name="api_product"),
    path(
        "products/<str:product_id>/costs",
        products.ProductCosts.as_view(),
        name="api_product_costs",
    ),
    path("spend", spend.SpendLines.as_view(), name="api_spend"),
    path("orders/bulk", bulk_orders.BulkOrders.as_view(), name="api_orders_bulk"),
    path("orders/<str:order_id>/cancel", orders.OrderCancel.as_view(), name="api_order_cancel"),
    path("orders/<str:order_id>/refunds", orders.OrderRefunds.as_view(), name="api_order_refunds"),
    path("refunds", orders.Refunds.as_view(), name="api_refunds"),
    path("cancellations", orders.Cancellations.as_view(), name="api_cancellations"),
    path("orders", orders.Orders.as_view(), name="api_orders"),
    path("segments", segments.Segments.as_view(), name="api_segments"),
    path("segments/lists", segments.Lists.as_view(), name="api_lists"),
    path("segments/count", segments.RuleCount.as_view(), name="api_rule_count"),
    path("segments/<str:segment_id>", segments.SegmentDetail.as_view(), name="api_segment"),
    path(
        "segments/<str:segment_id>/count",
        segments.SegmentCount.as_view(),
        name="api_segment_count",
    ),
    path(
        "segments/<str:segment_id>/members",
        segments.SegmentMembers.as_view(),
        name="api_segment_members",
    ),
    path(
        "segments/<str:segment_id>/members/remove",
        segments.ListRemoval.as_view(),
        name="api_list_removal",
    ),
    path("segments/<str:segment_id>/why", segments.SegmentWhy.as_view(), name="api_segment_why"),
    path("campaigns", campaigns.Campaigns.as_view(), name="api_campaigns"),
    path("campaigns/<str:campaign_id>", campaigns.CampaignDetail.as_view(), name="api_campaign"),
    path(
        "campaigns/<str:campaign_id>/launch",
        campaigns.CampaignLaunch.as_view(),
        name="api_campaign_launch",
    ),
]
