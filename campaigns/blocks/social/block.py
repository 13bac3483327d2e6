"""Where else the brand can be found: a row of links, as words, so that nothing is fetched."""

from campaigns.blocks.base import Address, BlockBase, Field
from campaigns.rules.rendering import Page, Unsendable
from campaigns.rules.slots import check_link

_PLACES = {
    "website": "Website",
    "instagram": "Instagram",
    "facebook": "Facebook",
    "tiktok": "TikTok",
    "pinterest": "Pinterest",
    "youtube": "YouTube",
}


class Social(BlockBase, frozen=True, kw_only=True, tag="social"):
    label = "Social links"
    icon = "share-2"
    fields = tuple(
        Field(name, label, "address", required=False, check=check_link)
        for name, label in _PLACES.items()
    )

    website: Address = ""
    instagram: Address = ""
    facebook: Address = ""
    tiktok: Address = ""
    pinterest: Address = ""
    youtube: Address = ""

    def mjml(self, page: Page) -> str:
        style = f"color:{page.theme.muted};text-decoration:underline"
        links = [
            f'<a style="{style}" href="{page.slots.address(target)}">{label}</a>'
            for label, target in self._links()
        ]
        return f'<mj-text align="center" font-size="14px">{" &#160;·&#160; ".join(links)}</mj-text>'

    def plain(self, page: Page) -> str:
        return "\n".join(f"{label}: {page.slots.link(to)}" for label, to in self._links())

    def _links(self) -> list[tuple[str, str]]:
        links = [(label, getattr(self, name)) for name, label in _PLACES.items()]
        filled = [(label, target) for label, target in links if target]
        if not filled:
            raise Unsendable("There is no link yet. Fill in at least one place.")
        return filled
