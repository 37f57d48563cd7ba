import Testing

@testable import Simulator

/// `am instrument` answers as AndroidJUnitRunner does, for apps whose tests are declared.
struct InstrumentTests {
    private static let declared = """
        # The tests of the game.
        com.studio.game.test/com.studio.Runner
        com.studio.LoginTest#logsIn passes
        com.studio.LoginTest#rejects fails wrong password taken

        com.studio.ShopTest#buys flaky
        com.studio.ShopTest#opens ignored
        com.studio.ShopTest#sells crashes
        com.studio.ShopTest#closes passes
        """

    private func desk() throws -> DeviceOnDesk {
        let desk = DeviceOnDesk(instrumentations: try SimulatedInstrumentation.read(Self.declared))
        try desk.place("test-only.apk")
        #expect(desk.run("pm install -t /data/local/tmp/app.apk").output == "Success\n")
        return desk
    }

    private func codes(_ answer: DeviceOnDesk.Answer) -> [String] {
        answer.output.split(separator: "\n").compactMap { line in
            line.hasPrefix("INSTRUMENTATION_STATUS_CODE: ") ? String(line.dropFirst(29)) : nil
        }
    }

    @Test func `a declared case passes, and the run ends with code -1`() throws {
        let answer = try desk().run(
            "am instrument -w -r -e class com.studio.LoginTest#logsIn com.studio.game.test/com.studio.Runner")
        #expect(codes(answer) == ["1", "0"])
        #expect(answer.output.contains("INSTRUMENTATION_STATUS: numtests=1\n"))
        #expect(answer.output.hasSuffix("OK (1 tests)\n\n\nINSTRUMENTATION_CODE: -1\n"))
        #expect(answer.status == 0)
    }

    @Test func `a failed case brings its stack, and the exit status stays 0`() throws {
        let answer = try desk().run(
            "am instrument -w -r -e class com.studio.LoginTest com.studio.game.test/com.studio.Runner")
        #expect(codes(answer) == ["1", "0", "1", "-2"])
        #expect(
            answer.output.contains(
                "INSTRUMENTATION_STATUS: stack=java.lang.AssertionError: wrong password taken\n\tat "))
        #expect(answer.output.contains("FAILURES!!!"))
        #expect(answer.status == 0)
    }

    @Test func `a crash ends the run, and leaves a trace in the log and a dump`() throws {
        let desk = try desk()
        let answer = desk.run("am instrument -w -r com.studio.game.test/com.studio.Runner")
        #expect(codes(answer) == ["1", "0", "1", "-2", "1", "-2", "1", "-3", "1"])
        #expect(answer.output.hasSuffix("INSTRUMENTATION_RESULT: shortMsg=Process crashed.\nINSTRUMENTATION_CODE: 0\n"))
        #expect(desk.run("logcat -d -v brief AndroidRuntime:E '*:S'").output.contains("FATAL EXCEPTION"))
        #expect(desk.run("ls /data/tombstones").output == "tombstone_00\n")
        #expect(desk.run("cat /data/tombstones/tombstone_00").output.contains("Cmdline: com.studio.game.test"))
    }

    @Test func `a flaky case passes the second time`() throws {
        let desk = try desk()
        let line = "am instrument -w -r -e class com.studio.ShopTest#buys com.studio.game.test/com.studio.Runner"
        #expect(codes(desk.run(line)) == ["1", "-2"])
        #expect(codes(desk.run(line)) == ["1", "0"])
    }

    @Test func `shards have all cases together, and none twice`() throws {
        let desk = try desk()
        let names = (0..<3).flatMap { index in
            desk.run(
                "am instrument -w -r -e log true -e numShards 3 -e shardIndex \(index) com.studio.game.test/com.studio.Runner"
            ).output.split(separator: "\n").filter { $0.hasPrefix("INSTRUMENTATION_STATUS: test=") }
        }
        #expect(names.count == 12)
        #expect(Set(names).count == 6)
    }

    @Test func `an app that is not installed, or declares nothing, is not found`() throws {
        let bare = DeviceOnDesk(instrumentations: try SimulatedInstrumentation.read(Self.declared))
        for desk in [bare, try desk()] {
            let runner = desk === bare ? "com.studio.Runner" : "com.studio.Other"
            let answer = desk.run("am instrument -w -r com.studio.game.test/\(runner)")
            #expect(answer.output.contains("Error=Unable to find instrumentation info for: ComponentInfo{"))
            #expect(answer.errors.contains("INSTRUMENTATION_FAILED: com.studio.game.test/\(runner)"))
            #expect(answer.status == 1)
        }
    }

    @Test(arguments: ["com.a.B#c passes", "com.a/R\ncom.a.B passes", "com.a/R\ncom.a.B#c sometimes", "com.a/R\nwords"])
    func `a declaration that cannot be read is refused with its line`(text: String) {
        #expect { try SimulatedInstrumentation.read(text) } throws: { "\($0)".contains("line ") }
    }

    @Test func `touches, settings, properties and permissions are written down`() throws {
        let desk = try desk()
        #expect(desk.run("input tap 1 2; input text a%sb; input swipe 1 2 3 4 300").status == 0)
        #expect(desk.run("input tap 1").errors == "Error: Invalid arguments for command: tap\n")
        #expect(desk.run("settings put global a 'b c'; settings delete global a; setprop debug.a 1").status == 0)
        let deeds = try #require(desk.record.phones.first).deeds
        #expect(deeds.inputs == ["tap 1 2", "text a%sb", "swipe 1 2 3 4 300"])
        #expect(deeds.settings == ["settings put global a b c", "settings delete global a", "setprop debug.a 1"])
    }
}
