import Farm
import JSON
import Journal
import Testing

@testable import Planning

@Suite("Ways in as runs keep them")
struct FrozenRouteTests {
    private static let gate = SSHHop(
        address: Address(host: "fe80::1", port: 22_022), user: "ops",
        keypair: Keypair(name: "gate", path: "~/gate.pem", passphrase: "pin"), hostKeys: .strict, name: "gate")
    private static let farm = SSHHop(address: Address(host: "10.0.0.1", port: 22), user: "root", hostKeys: .off)
    private static let route = SSHRoute(to: farm, via: SSHRoute(to: gate))
    private static let address = Address(host: "10.0.1.7", port: 5555)

    static let ways: [WayIn] = [
        .tcp(address), .ssh(route, address), .ssh(SSHRoute(to: gate), address),
        .server(address, serial: "R5", usbPath: nil), .server(address, serial: nil, usbPath: "1-2", through: route),
        .cloud(place), .cloudADB(place, .direct), .cloudADB(place, .ssh(nil)),
        .cloudADB(place, .ssh(Keypair(name: "farm", path: "~/farm.pem", passphrase: "pin"), port: 2222)),
    ]
    private static let place = CloudPlace(account: "main", server: "s1", phone: "p1")

    @Test(arguments: ways) func `a way comes back as it was`(way: WayIn) throws {
        #expect(WayIn(frozen: way.frozen) == way)
    }

    @Test func `a way whose route cannot be read is none, and never one in the clear`() throws {
        guard case .object(var value) = WayIn.ssh(Self.route, Self.address).frozen else { return }
        for broken: JSONValue in [.null, .array([]), .text("x"), .array([.object(["user": .text("root")])])] {
            value["route"] = broken
            #expect(WayIn(frozen: .object(value)) == nil)
        }
    }

    @Test func `a way of ADB that cannot be read is none, and never its cloud's service alone`() {
        guard case .object(var value) = WayIn.cloudADB(Self.place, .ssh(nil, port: 2222)).frozen else { return }
        for broken: JSONValue in [.integer(0), .integer(70_000), .text("22")] {
            value["ssh-port"] = broken
            #expect(WayIn(frozen: .object(value)) == nil)
        }
        value["adb"] = .text("wifi")
        #expect(WayIn(frozen: .object(value)) == nil)
    }

    @Test func `a policy that cannot be read is not loosened`() throws {
        let hop: JSONValue = .object([
            "address": .text("10.0.0.1:22"), "user": .text("root"), "host-keys": .text("whatever"),
        ])
        #expect(SSHRoute(frozen: .array([hop]))?.host.hostKeys == .strict)
    }
}
