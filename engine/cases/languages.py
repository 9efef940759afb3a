"""Languages that parties and mediators speak (民事诉讼法第十一条: everybody may use the language of their own nationality)."""

LANGUAGES: dict[str, tuple[str, str]] = {  # ISO 639 → Chinese, English
    "zh": ("汉语", "Chinese"), "mn": ("蒙古语", "Mongolian"), "bo": ("藏语", "Tibetan"), "ug": ("维吾尔语", "Uyghur"),
    "za": ("壮语", "Zhuang"), "kk": ("哈萨克语", "Kazakh"), "ko": ("朝鲜语", "Korean"), "ii": ("彝语", "Yi"),
    "yue": ("粤语", "Cantonese"), "csl": ("中国手语", "Chinese Sign Language"), "en": ("英语", "English"),
    "ja": ("日语", "Japanese"),
}
