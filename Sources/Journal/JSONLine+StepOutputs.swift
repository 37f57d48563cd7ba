import Farm

/// What a step gave, as fields of its event's line.
extension JSONLine {
    /// Levels of lists and maps in an output; with those around it a line stays below what readers follow.
    private static let deepestOutput = 16

    /// Writes the fields of what a step gave.
    mutating func write(_ outputs: StepOutputs) {
        field("reason", outputs.reason)
        field("exit", outputs.exit)
        field("exit-source", outputs.exitSource?.rawValue)
        field("output", outputs.output)
        field("error", outputs.error)
        if outputs.truncated {
            key("truncated")
            value(true)
        }
        write(outputs.cases)
        guard !outputs.values.isEmpty else { return }
        key("outputs")
        object { line in
            for (name, output) in outputs.values.sorted(by: { $0.key < $1.key }) {
                line.key(named: name)
                line.write(output)
            }
        }
    }

    private mutating func write(_ cases: [TestCase]) {
        guard !cases.isEmpty else { return }
        key("cases")
        array { line in
            for test in cases {
                line.element()
                line.object { line in
                    line.field("suite", test.suite)
                    line.field("name", test.name)
                    line.field("result", test.result.rawValue)
                    line.field("ms", test.milliseconds)
                    line.field("message", test.message)
                    line.field("trace", test.trace)
                    if test.isFlaky {
                        line.key("flaky")
                        line.value(true)
                    }
                }
            }
        }
    }

    private mutating func field(_ name: StaticString, _ text: OutputText) {
        guard !text.isEmpty else { return }
        key(name)
        switch text {
        case .inline(let text): value(text)
        case .stored(let stored):
            object { line in
                line.field("hash", stored.hash)
                line.field("size", stored.size)
                line.field("head", stored.head)
            }
        }
    }

    /// What is nested deeper than readers follow becomes null: one odd output must not make a line unreadable.
    private mutating func write(_ output: OutputValue, depth: Int = 0) {
        guard depth < Self.deepestOutput else { return null() }
        switch output {
        case .text(let text): value(text)
        case .integer(let number): value(number)
        case .number(let number): value(number)
        case .boolean(let flag): value(flag)
        case .list(let members):
            array { line in
                for member in members {
                    line.element()
                    line.write(member, depth: depth + 1)
                }
            }
        case .map(let members):
            object { line in
                for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                    line.key(named: name)
                    line.write(member, depth: depth + 1)
                }
            }
        case .null: null()
        }
    }
}
