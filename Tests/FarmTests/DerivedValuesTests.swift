import Farm
import Testing

struct DerivedValuesTests {
    private final class Value: Sendable {
        let number: Int
        init(_ number: Int) { self.number = number }
    }

    private struct Mistake: Error {}

    @Test func `a value is made once as long as somebody has it`() {
        let values = DerivedValues<String>()
        let first = values.value(for: "a") { Value(1) }
        #expect(values.value(for: "a") { Value(2) } === first)
        #expect(values.value(for: "b") { Value(3) }.number == 3)
    }

    @Test func `a value that nobody has is made anew`() {
        let values = DerivedValues<String>()
        #expect(values.value(for: "a") { Value(1) }.number == 1)
        #expect(values.value(for: "a") { Value(2) }.number == 2)
    }

    @Test func `what fails is tried again`() {
        let values = DerivedValues<Int>()
        #expect(throws: Mistake.self) { try values.value(for: 1) { () throws(Mistake) -> Value in throw Mistake() } }
        #expect(values.value(for: 1) { Value(4) }.number == 4)
    }

    @Test func `many who ask at once get one value`() async {
        let values = DerivedValues<Int>()
        let found = await withTaskGroup(of: Value.self) { group in
            for number in 0..<100 { group.addTask { values.value(for: 0) { Value(number) } } }
            return await group.reduce(into: [Value]()) { $0.append($1) }
        }
        #expect(Set(found.map(\.number)).count == 1)
    }
}
