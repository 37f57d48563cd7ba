import ADB
import Farm
import Lanes
import Testing

@testable import PhoneLinks

@Suite(.timeLimit(.minutes(5)))
struct PhoneDialerTests {
    let lane: Lane

    init() throws { lane = try Lane(name: "test") }

    var quick: LinkLimits {
        var limits = LinkLimits()
        limits.connect = .milliseconds(300)
        limits.greeting = .milliseconds(300)
        return limits
    }

    /// What dialling an address ends with.
    func failure(
        at ways: WayIn..., keys: KeyRing = .none, before: @escaping @Sendable (Lane) throws -> Void = { _ in }
    ) async throws -> PhoneError? {
        let dialer = PhoneDialer(keys: keys, limits: quick)
        let phone = Phone(name: "px-1", waysIn: ways)
        return await Task(executorPreference: lane) { [lane] () -> PhoneError? in
            do {
                await (try dialer.connect(to: phone, on: lane)).close()
                return nil
            } catch {
                return error as? PhoneError
            }
        }.value
    }

    /// Runs a test beside a listener, on the lane.
    func listening(
        _ greeting: [UInt8], answers: @escaping @Sendable (String) -> [UInt8]? = { _ in nil },
        _ body: @escaping @Sendable (Address) async throws -> Void
    ) async throws {
        let listener = try await Task(executorPreference: lane) { [lane] in
            try ScriptedListener(on: lane, greeting: greeting, answers: answers)
        }.value
        let port = await Task(executorPreference: lane) { listener.address.port }.value
        try await body(Address(host: "127.0.0.1", port: port))
        await Task(executorPreference: lane) { listener.close() }.value
    }

    @Test func `a closed port is unreachable, with what to do`() async throws {
        let port = try await Task(executorPreference: lane) { [lane] in
            let listener = try ScriptedListener(on: lane)
            defer { listener.close() }
            return listener.address.port
        }.value
        let found = try await failure(at: .tcp(Address(host: "127.0.0.1", port: port)))
        let error = try #require(found)
        #expect(error.code == .unreachable)
        #expect(error.operation == "connect to 127.0.0.1:\(port)")
        #expect(error.advice?.contains("is adb open on this port?") == true)
        #expect(!error.mayHaveBeenSent)
    }

    @Test func `an address that no route leads to is unreachable`() async throws {
        let found = try await failure(at: .tcp(Address(host: "255.255.255.255", port: 5555)))
        let error = try #require(found)
        #expect(error.code == .unreachable)
        #expect(error.advice?.contains("network") == true)
    }

    @Test func `something else than a phone is told apart from a phone`() async throws {
        try await listening(Array("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".utf8)) { address in
            let error = try #require(try await failure(at: .tcp(address)))
            #expect(error.code == .notAPhone)
        }
    }

    @Test func `silence has a limit`() async throws {
        try await listening([]) { address in
            let error = try #require(try await failure(at: .tcp(address)))
            #expect(error.code == .unreachable)
        }
    }

    @Test func `a host name without an address is named`() async throws {
        let error = try #require(try await failure(at: .tcp(Address(host: "no-such-phone.invalid", port: 5555))))
        #expect(error.code == .unreachable)
        #expect(error.reason.contains("no-such-phone.invalid"))
    }

    @Test func `a phone that its server does not list is unreachable`() async throws {
        try await listening([], answers: { $0 == "host:devices-l" ? Array("OKAY0000".utf8) : nil }) { address in
            let error = try #require(try await failure(at: .server(address, serial: "R5CT10", usbPath: nil)))
            #expect(error.code == .unreachable)
            #expect(error.advice?.contains("plugged in") == true)
        }
    }

    @Test func `servers tell what they carry, and one that is down tells why`() async throws {
        let line = "R5CT10 device usb:1-4 product:o1s model:SM_G991B device:o1s transport_id:3\n"
        let list = line + "PX8 unauthorized usb:1-5 transport_id:4\n"
        let length = String(list.utf8.count, radix: 16)
        let answer = Array(("OKAY" + String(repeating: "0", count: 4 - length.count) + length + list).utf8)
        try await listening([], answers: { $0 == "host:devices-l" ? answer : nil }) { address in
            let closed = Address(host: "127.0.0.1", port: 1)
            let servers = [Server(name: "rack-1", adbServer: address), Server(name: "rack-2", adbServer: closed)]
            let answers = try await Task(executorPreference: lane) { [lane] in
                try await Discovery().ask(servers, on: lane)
            }.value
            #expect(answers.map(\.server.name) == ["rack-1", "rack-2"])
            #expect(answers[0].phones.map(\.serial) == ["R5CT10", "PX8"])
            #expect(answers[0].phones.map(\.state) == ["device", "unauthorized"])
            #expect(answers[0].phones.map(\.model) == [nil, nil])
            #expect(answers[1].failure?.advice?.contains("never starts one") == true)
        }
    }
}
