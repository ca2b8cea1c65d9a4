"""What EvalHub tells of, and the words for it."""

EVENTS = {
    "campaign.done": "a campaign finished",
    "campaign.failed": "a campaign failed",
    "gate.pass": "a campaign's gate passed",
    "gate.fail": "a campaign's gate failed",
    "gate.undecided": "a campaign's gate is undecided",
    "schedule.failed": "a time of a schedule came and no campaign could start",
    "alert.drop": "a system of a schedule dropped beyond its interval",
    "alert.drift": "a rater of an anchor schedule grades otherwise than it did",
    "alert.stale": "what a schedule evaluates is older than its corpus",
}
TEST = "test"
"""Sent by hand, whatever a destination wants to hear of."""

PAYLOAD_VERSION = 1
