"""Terms of a partner's own partnership through the API: read, and agreed to by their hash."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.keys import key_of
from accounts.api.lists import listed, paged
from accounts.api.schema import refusals
from config.kit.errors import NotAllowed
from partners.api.base import PartnerApiView
from partners.api.partnerships import AgreementIn, TermsOut
from partners.selectors.recipients import works_for
from partners.services.agreements import agree_terms

TAGS = ["Own partnership"]


class OwnTerms(PartnerApiView):
    scopes = {"GET": "own_offers:read"}

    @extend_schema(
        operation_id="list_own_terms",
        summary="List the versions of your terms with the brand, the newest first",
        tags=TAGS,
        responses={200: listed("OwnTermsList", TermsOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        rows = self.partnership.all_terms.order_by("-number")
        return paged(TermsOut(rows, many=True).data)


class OwnTermsAgree(PartnerApiView):
    scopes = {"POST": "own_terms:write"}

    @extend_schema(
        operation_id="agree_own_terms",
        summary="Agree to the terms that the brand proposed",
        description="In the name of whoever made the key: 403 unless they work for you, so that "
        "a key that the brand made agrees to nothing. 409 `outdated`, `changed`, `agreed`.",
        tags=TAGS,
        request=AgreementIn,
        responses={200: TermsOut, **refusals(404, 409)},
    )
    def post(self, request: Request) -> Response:
        said = AgreementIn.of(request).validated_data
        by = key_of(request).created_by
        if by is None or not works_for(by, self.partnership):
            raise NotAllowed("Whoever made this key does not work for the partner.")
        return Response(TermsOut(agree_terms(self.partnership, **said)).data)
