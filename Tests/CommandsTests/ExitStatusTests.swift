import Testing

@testable import Commands

@Suite("Exit codes")
struct ExitStatusTests {
    @Test func `the numbers are part of the interface`() {
        #expect(ExitStatus.success.rawValue == 0)
        #expect(ExitStatus.someFailed.rawValue == 1)
        #expect(ExitStatus.wrongInput.rawValue == 2)
        #expect(ExitStatus.cannotGoOn.rawValue == 5)
    }

    @Test func `drawn texts end in one line break, however they were drawn`() {
        #expect(CommandFailure(drawn: "a\nb\n").text == "a\nb")
        #expect(CommandFailure(drawn: "a\nb").text == "a\nb")
        #expect(CommandFailure("no").text == "error: no")
    }
}
