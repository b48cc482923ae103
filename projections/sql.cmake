file(READ ${IN} text)
file(WRITE ${OUT} "namespace provodka::projections::sql {\nextern const char ${NAME}[];\nconst char ${NAME}[] = R\"~sql~(${text})~sql~\";\n}\n")
