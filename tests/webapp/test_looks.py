"""Large type is asked for once and kept, by staff and by strangers; nonsense is no size."""


def test_large_type_is_kept_until_normal_type_is_asked_for(stranger):
    assert "data-type" not in stranger.text("/verify?type=huge") and "大字版" in stranger.text("/verify")
    assert 'data-type="large"' in stranger.text("/verify?type=large&lang=en")
    page = stranger.text("/login")
    assert 'data-type="large"' in page and "type=normal" in page
    stranger.get("/login?type=normal")
    assert "data-type" not in stranger.text("/verify")
