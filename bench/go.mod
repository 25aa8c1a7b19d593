module example.com/wuye/bench

go 1.26

replace example.com/wuye => ../

require (
	example.com/wuye v0.0.0
	github.com/looplab/fsm v1.0.3
	github.com/qmuntal/stateless v1.7.2
	github.com/rickar/cal/v2 v2.1.28
	github.com/shopspring/decimal v1.6.0
)
