"""The symbol tables of KAN-TTS for Mandarin, in the order of their ids, and the phones of a syllable.

The order is that of the phone set and of the lists that every published package was trained with; a package can't
change it, except for its speakers and for the last entry (`has_mask`).
"""

# Chinese initials and finals; `xx` is x. Written without their ending `_c`.
_CHINESE = (
    "a ai an ang ao b c ch d e ei en eng er f g h i ia ian iang iao ie ih ii in ing io iong iou j k l m n o ong ou p q "
    "r s sh t u ua uai uan uang uei uen ueng uo v van ve vn xx z zh w y"
)
_ONSETS = "ga ge go"
_ENGLISH = "aa ae ah ao aw ay b ch d dh eh er ey f g hh ih iy jh k l m n ng ow oy p r s sh t th uh uw v w y z zh"
_ERHUA = (
    "air angr anr aor ar eir engr enr iangr ianr iaor iar ier ihr iir ingr inr iongr iour ir ongr or our uair uangr "
    "uanr uar ueir uenr uor ur vanr ver vnr vr"
)
_EMOTIONS = (
    "none neutral angry disgust fear happy sad surprise calm gentle relax lyrical serious disgruntled satisfied "
    "disappointed excited anxiety jealousy hate pity pleasure arousal dominance placeholder1 placeholder2 placeholder3 "
    "placeholder4 placeholder5 placeholder6 placeholder7 placeholder8 placeholder9"
)
_SYLLABLES = {
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "ch": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "d": "a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo",
    "f": "a an ang ei en eng o ou u",
    "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "k": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan un uo v ve",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan un uo v ve",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "r": "an ang ao e en eng i ong ou u uan ui un uo",
    "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "sh": "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo",
    "t": "a ai an ang ao e ei eng i ian iao ie ing ong ou u uan ui un uo",
    "w": "a ai an ang ei en eng o u",
    "x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "y": "a an ang ao e i in ing o ong ou u uan ue un",
    "z": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "zh": "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo",
    "": "a ai an ang ao e ei en eng er o ou",
}
# Syllables that the phone set can say with the r of 儿 run into them.
_WITH_ERHUA = {
    "b": "ang an ao a ei eng en ian iao ing i o u",
    "c": "ao a i ong ui un uo",
    "ch": "ang ao a eng e i ong ou uang uan ui un uo u",
    "d": "ai an ang ao eng ian iao ie ing i ong ou uan ui un uo u",
    "f": "ang an a eng en u",
    "g": "ai an ao eng en e ong ou uai uan ua ui un uo u",
    "h": "ai an ao ei e ou uan uang ua ui un uo u",
    "j": "ian iao ia ie ing in i iu uan ue un",
    "k": "ai an ao eng e ong ou uai uang uan un",
    "l": "an ao a ei eng e iang ian iao ia ing i iu ou uo un u v",
    "m": "ai an ang ao a ei en ian iao ing i o",
    "n": "ao a iang ian iao ing i iu v",
    "p": "ai ang an ao en ian iao ie ing i o u",
    "q": "ian iao ing i iu uan un u",
    "r": "ang en",
    "s": "a ai an i ui un",
    "sh": "ai ao eng en i uai ou ua ui un uo u",
    "t": "ai ang an ao e ian iao i ing ong ou uan ui uo u",
    "w": "an a ei en eng o u",
    "x": "iang ian ia ie ing i in iong iu",
    "y": "ang an ao a e ing in i ou uan u ue",
    "z": "ai ao a i uan ui uo",
    "zh": "ang an ao a en e i ong ou ua uan un uo u",
}
_FULL = {"ui": "uei", "iu": "iou", "un": "uen"}
_BUZZING = {"z": "ii", "c": "ii", "s": "ii", "zh": "ih", "ch": "ih", "sh": "ih", "r": "ih"}
_ROUNDED = {"u": "v", "ue": "ve", "uan": "van", "un": "vn"}
_BREAKS = ["#1", "#2", "#3", "#4"]


def tables(speakers, has_mask):
    """Track -> names in the order of their ids, as they are written in a line of symbols."""
    chinese = [f"{name}_c" for name in _CHINESE.split()]
    erhua = [f"{name}_c" for name in _ERHUA.split()]
    named = {
        "sy": [*chinese, *_ONSETS.split(), *_ENGLISH.split(), *erhua, "pau", *_BREAKS],
        "tone": ["tone1", "tone_none", "tone4", "tone2", "tone3", "tone5", "tone0"],
        "syllable_flag": ["s_begin", "s_end", "s_none", "s_both", "s_middle"],
        "word_segment": ["word_begin", "word_end", "word_middle", "word_both", "word_none"],
        "emotion": [f"emotion_{name}" for name in _EMOTIONS.split()],
        "speaker": list(speakers),
    }
    last = ["_", "~", "MASK"] if has_mask else ["_", "~"]
    return {track: names + last for track, names in named.items()}


def pinyin():
    """Spelling without tone -> (initial, final); a syllable with erhua ends in r (`huar`)."""
    plain = {i + f: _phones(i, f) for i, finals in _SYLLABLES.items() for f in finals.split()}
    for initial, finals in _WITH_ERHUA.items():
        for final in finals.split():
            onset, whole = _phones(initial, final)
            plain[f"{initial}{final}r"] = (onset, f"{whole[: -len('_c')]}r_c")
    return dict(sorted(plain.items()))


def _phones(initial, final):
    if not initial:
        return f"g{final[0]}", f"{final}_c"
    if initial in "jqxy" and final in _ROUNDED:
        whole = _ROUNDED[final]
    elif final == "i" and initial in _BUZZING:
        whole = _BUZZING[initial]
    else:
        whole = final if initial in "yw" else _FULL.get(final, final)
    return f"{'xx' if initial == 'x' else initial}_c", f"{whole}_c"
