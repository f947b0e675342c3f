"""Small files made up in the schemas of publishers' own, and the rows that they should give."""

from typing import Final

Rows = list[tuple[str, int, str]]

TABLES: Final[dict[str, tuple[dict[str, str], Rows]]] = {
    "cold_zh": (
        {
            "test": ",split,topic,label,fine-grained-label,TEXT\n"
            '7,test,race,1,2,"a, b"\n'
            "8,test,race,0,0,c\n"
        },
        [("a, b", 1, "test"), ("c", 0, "test")],
    ),
    "edos_sexism": (
        {
            "aggregated": "rewire_id,text,label_sexist,label_category,label_vector,split\n"
            "1,plain,not sexist,none,none,train\n"
            "2,rude,sexist,2. derogation,2.2 attacks,dev\n"
        },
        [("plain", 0, "train"), ("rude", 1, "dev")],
    ),
    "fox_news": (
        {
            "news": '{"title": "T", "text": "a \\"b\\"", "label": 1, "user": "u"}\n'
            '{"text": "c", "label": 0}\n'
        },
        [('a "b"', 1, ""), ("c", 0, "")],
    ),
    "germeval2018_de": (
        {"training": '"Zitat" |LBR| ja\tOTHER\tOTHER\n@du Depp\tOFFENSE\tINSULT\n'},
        [('"Zitat" |LBR| ja', 0, "train"), ("@du Depp", 1, "train")],
    ),
    "germeval2021_de": (
        {
            "Train": "comment_id,comment_text,Sub1_Toxic,Sub2_Engaging,Sub3_FactClaiming\n"
            '1,"@USER ja, ""klar""",0,1,0\n2,Depp,1,0,0\n'
        },
        [('@USER ja, "klar"', 0, "train"), ("Depp", 1, "train")],
    ),
    "hatemoji": (
        {
            "validation": "entry_id,text,type,target,round.base,round.set,set,split,label_gold\n"
            "4,fine,none,['none'],5,5a,original,dev,0\n"
            "5,hate,derogation,\"['a', 'b']\",5,5b,perturbation,dev,1\n"
        },
        [("fine", 0, "build_validation"), ("hate", 1, "build_validation")],
    ),
    "jigsaw_toxic_only": (
        {"toxic": ',text,toxic\n0,fine,0\n1,"""\nquoted """,1\n'},
        [("fine", 0, ""), ('"\nquoted "', 1, "")],
    ),
    "jigsaw_toxic_only2": (
        {"test": 'fine,0\n"rude\n\nwords",1\n'},
        [("fine", 0, ""), ("rude\n\nwords", 1, "")],
    ),
    "kaggle_insults": (
        {
            "solutions": "Insult,Date,Comment,Usage\n"
            r'1,,"""You\\n\\\'re \xa0 it\\xe2\\x80\\x99s ""so"" \xd8 odd""",PublicTest'
            "\n"
            r'0,20120529201500Z,"""Don\u2019t know""",PrivateTest'
            "\n"
        },
        [
            ('You\n\\\\\'re \xa0 it\u2019s "so" \xd8 odd', 1, "test"),
            ("Don\u2019t know", 0, "test"),
        ],
    ),
    "korean_hate_news": (
        {
            "dev": "comments\tcontain_gender_bias\tbias\thate\n"
            '"a ""b"""\tFalse\tnone\thate\nc\tFalse\tnone\tnone\n'
        },
        [('a "b"', 1, "dev"), ("c", 0, "dev")],
    ),
    "lhsab_ar": (
        {"HSAB": 'Tweet\tClass\nwords \tnormal\nrude "\tabusive\nhate\thate\n'},
        [("words ", 0, ""), ('rude "', 1, ""), ("hate", 1, "")],
    ),
    "paradetox_unrewritable": (
        {
            "cannot": "\tINPUT:toxic_comment\tOUTPUT:reasons\n"
            '0\t"""a , b"""\t"{""toxic_content"":true}"\n'
            '1\t"""c"""\t"{""not_toxic"":true}"\n'
            '2\t"""d"""\t"{""unclear"":true}"\n'
            '3\t"""e"""\t"{""toxic_content"":true,""not_toxic"":true}"\n'
        },
        [("a , b", 1, ""), ("c", 0, "")],
    ),
    "ruddit": (
        {
            "ruddit": "comment_id,post_id,offensiveness_score,post_title,comment_body\n"
            "a,p,-0.083,T,fine\nb,p,0.3,T,rude\nc,p,0.5,T,[deleted]\n"
        },
        [("fine", 0, ""), ("rude", 1, "")],
    ),
    "russian_detox": (
        {
            "dev": "toxic_comment\tneutral_comment1\tneutral_comment2\tneutral_comment3\n"
            "rude\tkind\t\t\n"
        },
        [("rude", 1, "dev"), ("kind", 0, "dev")],
    ),
    "telegram_ru": (
        {"combined": "text,label\n\"[{'type': 'link'}, 'x']\",ham\nbuy,spam\n"},
        [("[{'type': 'link'}, 'x']", 0, ""), ("buy", 1, "")],
    ),
    "tg_spam": (
        {"spam-samples": "buy, now\n\n", "ham": 'hello "you\n'},
        [("buy, now", 1, ""), ('hello "you', 0, "")],
    ),
    "tinkoff_pulse_ru": (
        {
            "valid": "\tmessage\tlabel\tsplit\n6\tfine\tFalse\tvalid\n",
            "toxic": '\tmessage\tlabel\tsplit\n9\t"rude ""x"""\tTrue\ttrain\n',
        },
        [("fine", 0, "valid"), ('rude "x"', 1, "train")],
    ),
    "toldbr_pt": (
        {
            "BR": "text,homophobia,obscene,insult,racism,misogyny,xenophobia\n"
            "fine,0.0,1.0,1.0,0.0,0.0,0.0\nrude,0.0,0.0,2.0,0.0,0.0,0.0\n"
        },
        [("fine", 0, ""), ("rude", 1, "")],
    ),
    "wiki_nonfuzzed": (
        {"nonfuzzed": 'rev_id,comment,toxic\n7,"  a, b ",False\n8,`c`,True\n'},
        [("  a, b ", 0, "test"), ("`c`", 1, "test")],
    ),
    "youtube_scam": (
        {
            "comments": "Name,Comment,Time,Likes,Reply Count,Spam\n"
            "Ann,<b>Mrs X</b>,2022,30,30,1\nBob,ok,2022,0,0,0\n"
        },
        [("<b>Mrs X</b>", 1, ""), ("ok", 0, "")],
    ),
    "youtube_spam": (
        {
            "Psy": "COMMENT_ID,AUTHOR,DATE,CONTENT,CLASS\n"
            "x,Ann,2013-11-07T06:20:48,my channel,1\ny,Bob,,nice,0\n"
        },
        [("my channel", 1, "Youtube01-Psy"), ("nice", 0, "Youtube01-Psy")],
    ),
}
"""For each set with a mapping: some of its files, named by a part of their path, and their rows."""
