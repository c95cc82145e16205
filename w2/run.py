import sys
sys.path.insert(0,"/tmp/w/w2")
from grader.verify.document import read_text
from grader.verify.examine import examine
B={"-":"","depth":"Prediction depth measures the difficulty of an example.","depth32":"Prediction depth with ResNet-18 on 32×32 images; probes 0 to 10.","resnet":"We hook the children of ResNet-18 for the prediction depth.","ce":"Cross-entropy against accuracy.","facenet":"FaceNet learns an embedding with a triplet loss.","bh":"2.6 batch hard. Formula:","triplet":"For a triplet let d_p = ‖f(a) − f(p)‖² and d_n = ‖f(a) − f(n)‖², with the margin α > 0."}
W={"v":"verified","r":"refuted","u":"unchecked"}
ok=bad=0
for line in open(sys.argv[1]):
    line=line.rstrip("\n")
    if not line or line[0]=="#": continue
    head,text=line.split(" | ",1); want,b=head.split()
    src=f"{B[b]}\n\n{text}\n"
    cl=[c for c in examine(read_text(src)) if c.line>=3]
    r={c.ruling.value for c in cl}
    got="refuted" if "refuted" in r else "verified" if "verified" in r else "unchecked"
    if got==W[want]: ok+=1
    else:
        bad+=1; alarm="ALARM " if (want,got) in {("v","refuted"),("r","verified"),("u","refuted"),("u","verified")} else ""
        print(f"{alarm}{want}->{got} | {text} ||", "; ".join(f"{c.ruling.value[:4]} {c.text[:50]!r} {c.says[:60]}" for c in cl))
print(ok,bad)
