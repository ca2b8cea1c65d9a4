"""What the members of a panel said, on the pages of a campaign."""

from django.test import Client

from evalhub.models import Campaign, Hit, Judgment, Query, RaterVersion
from tests.dashboard.markup import tables, text


def panelled(campaign: Campaign) -> RaterVersion:
    """Make the first rater of a campaign a panel of its second and of one that is no rater of it."""
    first, second = campaign.campaign_raters.all()
    panel, member = first.rater_version, second.rater_version
    stranger = RaterVersion.objects.create(
        workspace=member.workspace,
        rater=member.rater,
        number=2,
        kind="hosted",
        model="m",
        max_grade=3,
        spec={},
        digest="sha256:stranger",
    )
    panel.kind = "panel"
    panel.spec = {"combine": "mean", "members": {"second": member.digest, "third": stranger.digest}}
    panel.save()
    hit = Hit.objects.filter(run__campaignsystem__campaign=campaign, query__query_id="q03").earliest("pk")
    Judgment.objects.create(
        rater_version=stranger,
        query_digest=hit.query.digest,
        document_digest=hit.document.digest,
        state="graded",
        grade=2,
        gain=2 / 3,
        rationale="as the stranger says",
    )
    return stranger


def test_members_are_shown_with_each_hit(signed_in: Client, campaign: Campaign) -> None:
    panelled(campaign)
    query = Query.objects.get(query_id="q03")
    page = text(signed_in.get(f"/campaigns/{campaign.pk}/queries/{query.pk}/"))
    assert "third in judge 2 of 3" in page
    assert "as the stranger says" in page
    assert "second in judge" in page
    # Pairs that a member of a finished campaign did not rate are said to be so.
    assert "third in judge not rated" in page


def test_the_ledger_lists_members(signed_in: Client, campaign: Campaign) -> None:
    panelled(campaign)
    (ledger,) = tables(signed_in.get(f"/campaigns/{campaign.pk}/"), "Ratings")
    n_pairs = int(ledger[0][1])
    rated, pending = [row[3] for row in ledger], [row[5] for row in ledger]
    assert [row[0] for row in ledger] == ["judge", "secondin judge", "thirdin judge"]
    assert (rated[2], pending) == ("1", ["0", "0", str(n_pairs - 1)])
