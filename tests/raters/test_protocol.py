from raters.protocol import MAX_REPLY_CHARS, clip_reply


def test_a_short_reply_is_kept_whole() -> None:
    assert clip_reply("x" * MAX_REPLY_CHARS) == "x" * MAX_REPLY_CHARS


def test_a_long_reply_is_cut_and_says_so() -> None:
    clipped = clip_reply("x" * 10_000)

    assert len(clipped) == MAX_REPLY_CHARS
    assert clipped.startswith("xxx")
    assert clipped.endswith("[... 10000 characters in all]")
