-- GET /frames/dequeue?count=1
require("wrk.answers")
