"""Writes card.md of a model folder from its model.json: python card.py MODEL_FOLDER. Words here, numbers from there."""
import json
import pathlib
import sys


def pct(v):
    return f"{100 * v[0]:.1f}% [{100 * v[1]:.1f}, {100 * v[2]:.1f}]"


def num(v):
    return f"{v[0]:.3f} [{v[1]:.3f}, {v[2]:.3f}]"


def pair_rows(name, r):
    return f"| {name} | {pct(r['accuracy'])} | {pct(r['macro_f1'])} | {num(r['auroc'])} | {pct(r['caught'])} | {100 * r['blocked'][0]:.2f}% [{100 * r['blocked'][1]:.2f}, {100 * r['blocked'][2]:.2f}] | {num(r['mcc'])} |"


def four_rows(name, r):
    return f"| {name} | {r['texts']:,} | {pct(r['accuracy'])} | {pct(r['macro_f1'])} | {r['calibration_error']:.3f} |"


def confusion(r):
    classes = list(r["confusion"])
    lines = [f"| true \\ given | {' | '.join(classes)} |", "|---" * (len(classes) + 1) + "|"]
    lines += [f"| {c} | {' | '.join(f'{n:,}' for n in row.values())} |" for c, row in r["confusion"].items()]
    return "\n".join(lines)


HEAD = "| | accuracy | macro-F1 | AUROC | caught | wrongly flagged | MCC |\n|---|---|---|---|---|---|---|"
FOUR = "| | texts | accuracy | macro-F1 | calibration error |\n|---|---|---|---|---|"


def card(m):
    t, r = m["training"], m["metrics"]
    shipped, control, out, unseen = r["shipped"], r["control"], r["left_out"], r["unseen_phrases"]
    used = "\n".join(f"| {key} | {n:,} |" for key, n in t["texts"].items())
    return f"""# report-classifier {m['version']}

What kind of text a report is: **normal, spam, scam or abuse**, with a probability. Chinese, English and both mixed.
It reads the text alone. It does not say whether a report is true, nor whether an account is malicious.

**Read first.** The class *scam*, and most of what the model knows of complaints, comes from simulated texts and
from patterns written by its authors; *abuse* in English too. On phrases that the simulator has and training did not
see, accuracy is {pct(unseen['simulated']['accuracy'])} (simulated). Take a class as a way to sort a pile of reports, not as a finding.

## Model
Every run of 1 to 4 characters of the normalised text (NFKC, lower case, digits to 0, blanks to one, invisible
characters dropped) is hashed into one of 2^18 buckets (MurmurHash3 over UTF-32LE); 1 + ln(count), scaled to length 1;
a linear layer and softmax. 4.2 MB, float32, opset {m['opset']}. Linear, so what each stretch of a text contributed is exact
(`explainText`). Hashing is one implementation, src-main/compute/text/hashing.ts; training calls it. `params.golden_texts`
in model.json are raw texts with the probabilities training had: the app refuses the model where they differ by over 1e-5.

## Training
`models/training/report_classifier`: `node make_worlds.ts WORK && python train.py --work WORK --out FOLDER && python card.py FOLDER`.
Multinomial logistic regression (scikit-learn, L2, C = {t['strength']}). Sources are weighted to count as
{', '.join(f'{s} {w:,}' for s, w in t['source_weight'].items())} texts. C and the temperature ({t['temperature']:.3f}, folded into the weights) are chosen on COLD dev, the last fifth of
SMS's training part, and one simulated world, for which half of the simulator's phrases were left out of training.

| source, class | texts |
|---|---|
{used}

- **cold**: COLDataset (Deng et al., EMNLP 2022; thu-coai/COLDataset, Apache-2.0), official train split: Chinese comments on race, region and gender, offensive (here: abuse) or not (here: normal).
- **sms**: SMS Spam Collection v.1 (T. A. Almeida, J. M. Gómez Hidalgo, A. Yamakami, "Contributions to the Study of SMS Spam Filtering", DocEng 2011; free with attribution), the first 30% in official order: English spam and ham. Prize and premium-rate cons are *spam* there; this model follows.
- **simulated**: reports of worlds 101–106 of `shoal simulate`, 40,000 accounts each, labelled with the simulator's truth (not with the reported category, which it makes wrong on purpose).
- **authored**: draws from 74 patterns in authored.json, written for this model by authors who had read the simulator's phrases: English abuse, messages of spam and scam as sent, everyday talk about the same things. Never scored on.

No data set's text is in this repository; the model holds weights of hashed n-grams only.

## Numbers
Values with 95% bootstrap intervals over texts (1,000 resamples). *Caught*: share of abuse (COLD) or spam (SMS) that is given that class; *wrongly flagged*: share of normal texts given it. The four-class model is asked for that class against normal alone.

**COLD test** (5,323 texts; abuse or not). To compare, measured elsewhere: hashed n-grams + logistic regression 79.8%, 79.4%, .873.

{HEAD}
{pair_rows('shipped model', shipped['cold'])}
{pair_rows('same code, COLD train only, C = 30', control['cold']['cold'])}

**SMS Spam, last 70%** (3,902 texts). To compare, character n-gram SVM: 98.64%, caught 90.2%, wrongly flagged 0.09%, MCC .939.

{HEAD}
{pair_rows('shipped model', shipped['sms'])}
{pair_rows('same code, SMS first 30% only, C = 30', control['sms']['sms'])}

The sources' weights were changed once after test numbers had been seen (an earlier fit had COLD 78.3%, SMS 97.7%), and authored.json was written after seeing unseen-phrase numbers (45% without it): these test numbers are a little optimistic.
The price of four classes and more sources in one model is the difference between the rows.

**Four classes**

{FOUR}
{four_rows('COLD test (zh)', shipped['cold_four_classes'])}
{four_rows('SMS last 70% (en)', shipped['sms_four_classes'])}
{four_rows('simulated, worlds 301 and 302, same phrase banks as training: optimistic', shipped['simulated'])}
{four_rows('– Chinese', shipped['simulated_zh'])}
{four_rows('– English', shipped['simulated_en'])}
{four_rows('– mixed or unstated', shipped['simulated_und'])}
{four_rows('simulated, phrases left out of training', unseen['simulated'])}
{four_rows('– Chinese', unseen['simulated_zh'])}
{four_rows('– English', unseen['simulated_en'])}

Simulated texts with phrases left out of training (a model trained without them and without SMS's dev part, otherwise the same):

{confusion(unseen['simulated'])}

## Does it take a short cut by language or source?
Classes and sources overlap only in part: all public abuse is Chinese, all public spam is English. Guards: Chinese normal text comes from COLD, simulation and authors, English abuse, Chinese spam and scam from simulation and authors. Check: train without a source, score on it (C and temperature as shipped).

| left out, then scored on | accuracy | AUROC of its class | |
|---|---|---|---|
| COLD, abuse or normal | {pct(out['cold']['cold']['accuracy'])} | {num(out['cold']['cold']['auroc'])} | hardly better than chance: what it knows of Chinese abuse it knows from COLD |
| SMS, spam or normal | {pct(out['sms']['sms']['accuracy'])} | {num(out['sms']['sms']['auroc'])} | carries over in part; wrongly flags {100 * out['sms']['sms']['blocked'][0]:.0f}% |
| simulated, four classes | {pct(out['simulated']['simulated']['accuracy'])} | – | chance is 25%; complaints need complaints to learn from |

So: expect much less than the upper tables on a platform whose language differs from these sources, and label some of your own reports before trusting shares of classes.

## Limits
- COLD's topics are race, region and gender; other abuse in Chinese is mostly unseen. A fifth of its harmless comments, which name the same groups of people, are flagged.
- A text that quotes abuse, and one that is abuse, look alike. So do a complaint about spam and spam: both are *spam*.
- Other languages than Chinese and English get little more than the model's prior.
- Calibration error is stated above for each source; on other texts confidence is not calibrated.
"""


folder = pathlib.Path(sys.argv[1])
manifest = json.loads((folder / "model.json").read_text())
(folder / "card.md").write_text(card(manifest), encoding="utf-8")
