import ADBWire
import DroverTesting
import Lanes
import Simulator
import Testing

@testable import ADB

@Suite(.timeLimit(.minutes(5))) struct PackageServiceTests {
    static let ways: [(Profile, InstallWay)] = [
        (.android6, .staged), (.android7, .exec), (.android9, .exec), (.android11, .abb), (.android14, .abb),
    ]

    @Test("the quickest way that the features promise is taken", arguments: ways)
    func install(profile: Profile, way: InstallWay) async throws {
        try await withPhone(profile) { phone in
            let part = AppPart(name: "base.apk", bytes: try apk("game-1.apk"))
            let outcome = try await phone.link.install([part], flags: ["-r"])
            #expect(outcome.way == way)
            guard case .success = outcome.reply else { return #expect(Bool(false), "\(outcome.reply)") }
            let install = try #require(phone.deeds.installs.last)
            #expect(install.bytes == UInt64(part.bytes.count))
            let package = try #require(install.package)
            guard case .success = try await phone.link.uninstall(package) else {
                return #expect(Bool(false), "not uninstalled")
            }
            guard case .success = try await phone.link.uninstall(package) else { return }
            Issue.record("a package was uninstalled twice")
        }
    }

    @Test("a refusal keeps the phone's own word", arguments: [Profile.android7, .android9, .android14])
    func refusals(profile: Profile) async throws {
        try await withPhone(profile) { phone in
            let old = try await phone.link.install([AppPart(name: "a", bytes: try apk("needs-sdk-99.apk"))], flags: [])
            guard case .failure(let failure) = old.reply else { return #expect(Bool(false), "\(old.reply)") }
            #expect(failure.code == "INSTALL_FAILED_OLDER_SDK")
            let broken = SharedBytes(SeededNumbers.bytes(5000))
            let bad = try await phone.link.install([AppPart(name: "a", bytes: broken)], flags: [])
            guard case .failure(let failure) = bad.reply else { return #expect(Bool(false), "\(bad.reply)") }
            #expect(failure.code?.hasPrefix("INSTALL_") == true)
        }
    }

    @Test("a base and its splits are installed together", arguments: [Profile.android7, .android9, .android14])
    func splits(profile: Profile) async throws {
        try await withPhone(profile) { phone in
            let names = splitNames()
            let parts = try names.map { AppPart(name: $0, bytes: try apk("game-splits/" + $0)) }
            let outcome = try await phone.link.install(parts, flags: ["-r"])
            guard case .success = outcome.reply else { return #expect(Bool(false), "\(outcome.reply)") }
            #expect(phone.deeds.installs.last?.files == parts.count)
        }
    }

    @Test func `a way that the phone refuses to open is passed over`() async throws {
        let script = ScriptedPhone.greeting(.android11) { line, packet in
            guard packet.command == .open else { return }
            guard packet.text.hasPrefix("exec:") else { return line.send(.close, 0, packet.arg0) }
            line.send(.okay, packet.arg0 + 100, packet.arg0)
            line.send(.write, packet.arg0 + 100, packet.arg0, Array("Success\n".utf8))
            line.send(.close, packet.arg0 + 100, packet.arg0)
        }
        try await withLink(script) { link, line, _ in
            let outcome = try await link.install([AppPart(name: "a", bytes: SharedBytes([1, 2, 3]))], flags: ["-r"])
            #expect(outcome == InstallOutcome(reply: .success(detail: ""), way: .exec))
            #expect(line.packets[1].text == "abb_exec:package\0install\0-r\0-S\u{0}3\0")
            #expect(line.packets[2].text == "exec:cmd package install -r -S 3\0")
        }
    }

    @Test func `an answer before all bytes were sent ends the sending`() async throws {
        let script = ScriptedPhone.accepting(.android11) { line, packet in
            guard packet.command == .write else { return }
            line.send(.write, packet.arg1, packet.arg0, Array("Failure [INSTALL_FAILED_INSUFFICIENT_STORAGE]\n".utf8))
            line.send(.close, packet.arg1, packet.arg0)
        }
        try await withLink(script) { link, line, _ in
            let app = SharedBytes([UInt8](repeating: 1, count: 10 << 20))
            let outcome = try await link.install([AppPart(name: "a", bytes: app)], flags: [])
            #expect(outcome.reply == .failure(PackageFailure(code: "INSTALL_FAILED_INSUFFICIENT_STORAGE")))
            #expect(line.packets.filter { $0.command == .write }.count == 1)
        }
    }

    @Test func `a package manager that says nothing for too long is timed out`() async throws {
        let script = ScriptedPhone.accepting(.android11) { line, packet in
            guard packet.command == .write else { return }
            line.send(.okay, packet.arg1, packet.arg0)
            guard packet.payload == ShellPacket.closeStdin.encoded() else { return }
            line.send(.write, packet.arg1, packet.arg0, ShellPacket.exit.encoded([0]))
        }
        try await withLink(script) { link, line, clock in
            let app = SharedBytes([1, 2, 3])
            let meter = ProgressMeter(clock: clock)
            let installing = Task(executorPreference: link.lane) {
                try await link.install([AppPart(name: "a", bytes: app)], flags: [], meter: meter)
            }
            try await line.received(3)
            // The phone's OKAY is read in a turn after this one; a second exchange on the link comes behind it.
            #expect(await code { _ = try await link.run("true") } == nil)
            #expect(!meter.isDue)
            await clock.advance(by: link.limits.packageAnswer)
            #expect(await code { _ = try await installing.value } == .timedOut)
        }
    }

    @Test("an empty answer is unknown, not success", arguments: [FeatureSet.android9, .android11])
    func emptyAnswer(features: FeatureSet) async throws {
        let script = ScriptedPhone.accepting(features) { line, packet in
            if packet.command == .write { line.send(.close, packet.arg1, packet.arg0) }
        }
        try await withLink(script) { link, _, _ in
            let outcome = try await link.install([AppPart(name: "a", bytes: SharedBytes([1]))], flags: [])
            #expect(outcome.reply == .empty)
        }
    }

    @Test("commands and properties work on every release", arguments: Profile.all)
    func commands(profile: Profile) async throws {
        try await withPhone(profile) { phone in
            let result = try await phone.link.run("echo one; exit 7")
            #expect(result.exit == 7)
            #expect(result.output == Array("one\n".utf8))
            #expect(result.exitSource == (phone.link.features.contains(.shell_v2) ? .packet : .sentinel))
            let sdk = try await phone.link.property("ro.build.version.sdk")
            #expect(sdk == "\(profile.sdk)")
            #expect(try await phone.link.properties()["ro.build.version.sdk"] == sdk)
            #expect(try await phone.link.property("no.such'thing").isEmpty)
        }
    }

    @Test("a reboot returns when the phone took it", arguments: [Profile.android7, .android14])
    func reboot(profile: Profile) async throws {
        try await withPhone(profile) { phone in
            try await phone.link.reboot()
            #expect(phone.deeds.reboots.count == 1)
        }
    }
}
