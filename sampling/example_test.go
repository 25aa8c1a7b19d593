package sampling_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"example.com/wuye/sampling"
)

// The month has 37 dispatch slips; twelve customers are revisited, six of them at home.
func Example() {
	const key, scope = "2026年10月演示密钥", "锦绣苑/2026-10/routine"
	orders := make([]string, 37)
	for i := range orders {
		orders[i] = fmt.Sprintf("PG%03d", i+1)
	}
	fmt.Println("承诺", sampling.Commit(key)[:16], "…")
	fmt.Println("抽", sampling.Routine().Size(37))

	draw, err := sampling.Routine().Draw(key, scope, orders)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("上门", draw.ToVisit())
	fmt.Println("电话", draw.ToCall())
	fmt.Println("验证", draw.Verify(key, orders))
	// Output:
	// 承诺 94de4f1ece05a527 …
	// 抽 12
	// 上门 [PG010 PG027 PG036 PG024 PG007 PG012]
	// 电话 [PG009 PG001 PG033 PG008 PG013 PG016]
	// 验证 <nil>
}

func ExampleRoutine() {
	for _, orders := range []int{0, 3, 20, 21, 37, 49, 50, 400} {
		size := sampling.Routine().Size(orders)
		fmt.Print(orders, "→", size, "(", sampling.Routine().Visits(size), ") ")
	}
	// Output: 0→0(0) 3→3(2) 20→5(3) 21→7(4) 37→12(6) 49→15(8) 50→20(10) 400→20(10)
}

func ExampleCensus() {
	fmt.Println(sampling.Census().Size(41))
	// Output: 41
}

func ExampleQuota() {
	fmt.Println(sampling.Quota().Size(41)) // 32.8
	// Output: 33
}

func ExampleScheme_Bracket() {
	b, ok := sampling.Routine().Bracket(50)
	fmt.Println(b.Clause, b.Take, ok)
	// Output: TR-4.4c 20 true
}

func ExampleScheme_Size() {
	lower := sampling.Routine() // another reading: 50 belongs to the bracket below
	lower.Brackets[1].UpTo = 50
	fmt.Println(sampling.Routine().Size(50), lower.Size(50))
	// Output: 20 15
}

func ExampleScheme_Visits() {
	majority := sampling.Routine()
	majority.Majority = true
	fmt.Println(sampling.Routine().Visits(12), majority.Visits(12))
	// Output: 6 7
}

func ExampleScheme_Validate() {
	s := sampling.Quota()
	s.Brackets[0].Percent = 120
	err := s.Validate()
	fmt.Println(err)
	if form, ok := errors.AsType[*sampling.FormError](err); ok {
		fmt.Println(form.Path, form.Zh())
	}
	// Output:
	// sampling: brackets[0].percent: not from 0 to 100
	// brackets[0].percent 抽样设置有误（brackets[0].percent）：百分比须在 0 到 100 之间
}

// Two schemes that agree on 37 orders are not the same scheme.
func ExampleScheme_Equal() {
	lower := sampling.Routine()
	lower.Brackets[1].UpTo = 50
	fmt.Println(lower.Size(37) == sampling.Routine().Size(37), lower.Equal(sampling.Routine()))
	// Output: true false
}

func ExampleScheme_Draw() {
	draw, err := sampling.Quota().Draw("secret", "villa/2026-10/bank", []string{"F-3", "F-1", "F-2", "F-5", "F-4"})
	fmt.Println(draw.Size, draw.Visits, draw.Ranked, err)

	_, err = sampling.Quota().Draw("secret", "villa/2026-10/bank", []string{"F-3", "F-3"})
	fmt.Println(err)
	if id, ok := errors.AsType[*sampling.IDError](err); ok {
		fmt.Println(id.ID, id.Zh())
	}
	// Output:
	// 4 0 [F-3 F-4 F-5 F-1 F-2] <nil>
	// sampling: order "F-3": twice
	// F-3 抽样名单中的单号“F-3”有误：重复
}

// The same as printf '%s\n%s\n%s' secret villa/2026-10/bank F-1 | sha256sum
func ExampleRank() {
	fmt.Printf("%x\n", sampling.Rank("secret", "villa/2026-10/bank", "F-1"))
	// Output: 3a310f4a18f0f6e48413ec809aec561459edecb7641e8b17d5e746a496e71d10
}

// The same as printf %s secret | sha256sum
func ExampleCommit() {
	fmt.Println(sampling.Commit("secret"))
	// Output: 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b
}

func ExampleDraw_ToVisit() {
	d := sampling.Draw{Ranked: []string{"A", "B", "C", "D", "E"}, Size: 3, Visits: 2}
	fmt.Println(d.ToVisit(), d.ToCall(), d.Reserve())
	// Output: [A B] [C] [D E]
}

func ExampleDraw_ToCall() {
	d := sampling.Draw{Ranked: []string{"A", "B", "C"}, Size: 3} // nobody must be visited
	fmt.Println(d.ToCall())
	// Output: [A B C]
}

func ExampleDraw_Reserve() {
	d := sampling.Draw{Ranked: []string{"A", "B", "C"}, Size: 3} // all were drawn
	fmt.Println(len(d.Reserve()))
	// Output: 0
}

// A draw is its own certificate: as JSON it can be kept and checked years later.
func ExampleDraw_Verify() {
	orders := []string{"F-1", "F-2", "F-3", "F-4", "F-5"}
	draw, err := sampling.Quota().Draw("secret", "villa/2026-10/bank", orders)
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := json.MarshalIndent(draw, "", " ")
	fmt.Println(string(text))

	draw.Ranked[0], draw.Ranked[4] = draw.Ranked[4], draw.Ranked[0] // somebody would rather not revisit F-3
	err = draw.Verify("secret", orders)
	fmt.Println(err)
	if m, ok := errors.AsType[*sampling.Mismatch](err); ok {
		fmt.Println(m.Place, m.Want, m.ID, m.Clause, m.Zh())
	}
	// Output:
	// {
	//  "scope": "villa/2026-10/bank",
	//  "commitment": "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b",
	//  "scheme": {
	//   "brackets": [
	//    {
	//     "percent": 80,
	//     "clause": "SP-2.7.1c"
	//    }
	//   ],
	//   "rounding": "up",
	//   "clause": "SP-2.7.1c"
	//  },
	//  "population": 5,
	//  "digest": "207b691c7a29cbc6b9e15bd0d912dfff5129b24b6b27f91ad0c8638cb0fb1be3",
	//  "ranked": [
	//   "F-3",
	//   "F-4",
	//   "F-5",
	//   "F-1",
	//   "F-2"
	//  ],
	//  "size": 4
	// }
	// sampling: rank 1: not the order of that rank: want "F-3", got "F-2"
	// 1 F-3 F-2 SP-2.7.1c 抽样名单第1位应为“F-3”，却是“F-2”
}

// B is not at home: three attempts on two days. C takes B's place.
func ExampleDraw_Coverage() {
	d := sampling.Draw{Ranked: []string{"A", "B", "C", "D"}, Size: 2, Visits: 1}
	day := func(d, h int) time.Time { return time.Date(2026, 11, d, h, 0, 0, 0, time.FixedZone("UTC+8", 8*3600)) }
	c := d.Coverage([]sampling.Revisit{
		{ID: "A", At: day(1, 10), Visit: true, Reached: true},
		{ID: "B", At: day(1, 11)},
		{ID: "B", At: day(1, 19)},
		{ID: "B", At: day(2, 9)},
	})
	fmt.Println("应", c.Due, "已", c.Done, "上门", c.Visits, "未", c.Missing, c.Slots[1].Orders)
	// Output: 应 2 已 1 上门 1 未 [C] [B C]
}

func ExampleRounding_Valid() {
	fmt.Println(sampling.Up.Valid(), sampling.Rounding("down").Valid())
	// Output: true false
}

func ExampleRounding_Label() {
	fmt.Println(sampling.Up.Label(), sampling.HalfUp.Label())
	// Output: 进一 四舍五入
}
