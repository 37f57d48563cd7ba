import Farm
import Journal
import Testing

struct StepPathTests {
    @Test func `paths are ordered as the plan is`() throws {
        let spelled = ["0/0", "0/1", "0/1#0", "0/1#0.0", "0/1#0.2", "0/1#1.0", "0/1#10", "0/2", "0/10", "1/0"]
        let paths = try spelled.map { try #require(StepPath($0)) }
        #expect(paths.reversed().sorted().map(\.description) == spelled)
    }

    @Test func `people count from one and see no items`() {
        let path = StepPath(play: 1, step: 2, item: 7).appending(0).withItem(3)
        #expect(path.description == "1/2#7.0#3")
        #expect(path.number == 1)
        #expect(path.numberText == "3.1")
        #expect(path.withoutItems.description == "1/2.0")
    }

    @Test func `the play itself holds everything and is spelled by nobody`() {
        let play = StepPath(play: 2, elements: [])
        #expect(play.appending(0).isInside(play))
        #expect(!play.isInside(play))
        #expect(!StepPath(play: 1, step: 0).isInside(play))
        #expect(play.number == 0)
        #expect(StepPath(play.description) == nil)
    }
}
