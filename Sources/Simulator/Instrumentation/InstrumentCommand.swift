/// `am instrument [-w] [-r] [--user USER] [-e KEY VALUE]... PACKAGE/RUNNER`, as AndroidJUnitRunner answers.
final class InstrumentCommand {
    private let call: ShellCall
    private let device: SimulatedDevice
    private var arguments: [String: String] = [:]
    private var isRaw = false
    private var component = ""
    private var tests: [SimulatedInstrumentation.Test] = []
    private var number = 0
    private var failures = 0
    private var then: (Int32) -> Void

    private init(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        self.call = call
        device = call.device
        self.then = then
        var words = call.arguments[...]
        while let word = words.popFirst() {
            switch word {
            case "-r": isRaw = true
            case "-e":
                let key = words.popFirst() ?? ""
                arguments[key] = words.popFirst() ?? ""
            case "--user", "-p", "--abi": words = words.dropFirst()
            case _ where word.hasPrefix("-"): continue
            default: component = word
            }
        }
    }

    static func run(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        let command = InstrumentCommand(call, then: then)
        command.device.record.note { $0.instrumentations.append(call.arguments.joined(separator: " ")) }
        guard let found = command.found else { return then(command.refuse()) }
        command.start(found)
    }

    /// How long a case takes.
    private static let length = Duration.milliseconds(2)

    private var found: SimulatedInstrumentation? {
        let parts = component.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2, device.packages[parts[0]] != nil else { return nil }
        let runner = parts[1].hasPrefix(".") ? parts[0] + parts[1] : parts[1]
        return device.making.instrumentations.first { $0.package == parts[0] && $0.runner == runner }
    }

    private func refuse() -> Int32 {
        call.print("INSTRUMENTATION_STATUS: Error=Unable to find instrumentation info for: ComponentInfo{\(component)}")
        call.print("INSTRUMENTATION_STATUS: id=ActivityManagerService")
        call.print("INSTRUMENTATION_STATUS_CODE: -1")
        call.streams.errors.write("android.util.AndroidException: INSTRUMENTATION_FAILED: \(component)\n")
        return device.profile.sdk >= 29 ? 1 : 0
    }

    // MARK: Choosing

    private func start(_ instrumentation: SimulatedInstrumentation) {
        tests = instrumentation.tests.filter(isChosen)
        device.write("TestRunner", "run started: \(tests.count) tests")
        next()
    }

    private func isChosen(_ test: SimulatedInstrumentation.Test) -> Bool {
        if let names = arguments["class"], !Self.isNamed(test, names) { return false }
        if let names = arguments["notClass"], Self.isNamed(test, names) { return false }
        if let name = arguments["package"], !test.suite.hasPrefix(name + ".") { return false }
        guard let count = arguments["numShards"].flatMap({ UInt64($0) }), count > 0 else { return true }
        return SplitMix.hash("\(test.suite)#\(test.name)") % count == UInt64(arguments["shardIndex"] ?? "")
    }

    private static func isNamed(_ test: SimulatedInstrumentation.Test, _ names: String) -> Bool {
        names.split(separator: ",").contains { $0 == test.suite || $0 == "\(test.suite)#\(test.name)" }
    }

    // MARK: Running

    private func next() {
        guard number < tests.count else { return finish() }
        let test = tests[number]
        number += 1
        tell(test, code: 1)
        guard arguments["log"] != "true" else {
            tell(test, code: 0)
            return next(after: .zero)
        }
        device.write("TestRunner", "started: \(test.name)(\(test.suite))")
        call.process.after(Self.length) { [self] in end(test) }
    }

    private func next(after time: Duration) {
        // By a timer in any case: thousands of cases must not lie on the stack.
        call.process.after(time) { [self] in next() }
    }

    private func end(_ test: SimulatedInstrumentation.Test) {
        let name = "\(test.suite)#\(test.name)"
        switch test.outcome {
        case .passes: tell(test, code: 0)
        case .ignored: tell(test, code: -3)
        case .assumption: fail(test, code: -4, "org.junit.AssumptionViolatedException")
        case .fails: fail(test, code: -2, "java.lang.AssertionError")
        case .errors: fail(test, code: -1, "java.lang.IllegalStateException")
        case .flaky:
            if device.failedOnce.insert(name).inserted {
                fail(test, code: -2, "java.lang.AssertionError")
            } else {
                tell(test, code: 0)
            }
        case .crashes: return crash(test)
        case .hangs: return device.write("TestRunner", "waiting in \(name)", priority: "W")
        }
        device.write("TestRunner", "finished: \(test.name)(\(test.suite))")
        next()
    }

    private func fail(_ test: SimulatedInstrumentation.Test, code: Int, _ exception: String) {
        if code != -4 { failures += 1 }
        let place = "\(test.suite.split(separator: ".").last ?? "").kt:\(number)"
        let stack =
            "\(exception): \(test.message)\n\tat org.junit.Assert.fail(Assert.java:89)\n"
            + "\tat \(test.suite).\(test.name)(\(place))"
        tell(test, code: code, stack: stack)
    }

    private func tell(_ test: SimulatedInstrumentation.Test, code: Int, stack: String? = nil) {
        guard isRaw else { return }
        var fields = [
            "class=\(test.suite)", "current=\(number)", "id=AndroidJUnitRunner", "numtests=\(tests.count)",
        ]
        if let stack { fields.append("stack=\(stack)") }
        let stream =
            switch code {
            case 1: "\n\(test.suite):"
            case 0: "."
            default: stack.map { "\nError in \(test.name)(\(test.suite)):\n\($0)" } ?? ""
            }
        fields += ["stream=\(stream)", "test=\(test.name)"]
        let text = fields.map { "INSTRUMENTATION_STATUS: \($0)\n" }.joined()
        call.streams.output.write(text + "INSTRUMENTATION_STATUS_CODE: \(code)\n")
    }

    private func crash(_ test: SimulatedInstrumentation.Test) {
        let process = component.split(separator: "/").first.map(String.init) ?? component
        device.write("AndroidRuntime", "FATAL EXCEPTION: main", priority: "E")
        device.write("AndroidRuntime", "Process: \(process), PID: \(call.process.pid)", priority: "E")
        device.write("AndroidRuntime", "java.lang.IllegalStateException: \(test.message)", priority: "E")
        device.leaveTombstone(of: process, in: "\(test.suite).\(test.name)")
        call.print("INSTRUMENTATION_RESULT: shortMsg=Process crashed.")
        call.print("INSTRUMENTATION_CODE: 0")
        then(0)
    }

    private func finish() {
        let summary =
            failures == 0
            ? "OK (\(tests.count) tests)" : "FAILURES!!!\nTests run: \(tests.count),  Failures: \(failures)"
        let result = "\n\nTime: 0.\(100 + tests.count % 900)\n\n\(summary)\n\n"
        call.print(isRaw ? "INSTRUMENTATION_RESULT: stream=\(result)\nINSTRUMENTATION_CODE: -1" : result)
        device.write("TestRunner", "run finished: \(tests.count) tests, \(failures) failed")
        then(0)
    }
}
