import sys; sys.path.insert(0,"/tmp/w/w2")
from grader.verify import theses, theses_depth, theses_triplets
name,before,text=sys.argv[1:4]
T=getattr(theses_depth,name,None) or getattr(theses_triplets,name)
plain=theses.ASIDE.sub(lambda f:" "*len(f.group()),text)
print("scope",bool(T.scope.search(before+" "+text)),"unless",T.unless.search(text),"other",theses.OTHER.search(text))
print([plain[a:b] for a,b in theses._pieces(plain)])
rest=plain
for p in T.parts:
    m=theses.mentions_of(p,rest); print([(x.sign,plain[x.start:x.end]) for x in m]); rest=theses._blank(rest,m)
rest=rest.replace("\x00"," ")
print("rest",rest,"| unread",[w for w in theses.WORD.findall(theses.LATEX.sub(' ',rest)) if w.lower() not in theses.HARMLESS], "NOT",theses.NOT.findall(theses.NEED_NOT.sub(' ',rest)))
print(list(theses.thesis_claims(text,before,[T])))
