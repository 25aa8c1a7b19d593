module example.com/wuye/tools

go 1.26

replace example.com/wuye => ../

require example.com/wuye v0.0.0

require github.com/shopspring/decimal v1.6.0 // indirect
