import Farm
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        ("10.0.4.11:5555", "10.0.4.11", 5555),
        ("rack-1.lab:5037", "rack-1.lab", 5037),
        ("[fe80::1]:5555", "fe80::1", 5555),
        ("[fe80::1%eth0]:1", "fe80::1%eth0", 1),
        ("localhost:65535", "localhost", 65535),
    ])
    func `an address is a host and a port`(text: String, host: String, port: Int) throws {
        let address = try Address(parsing: text)
        #expect(address.host == host)
        #expect(Int(address.port) == port)
        #expect(address.description == text)
    }

    @Test func `a default port serves only an address that names none`() throws {
        #expect(try Address(parsing: "rack-1", defaultPort: 5037).port == 5037)
        #expect(try Address(parsing: "[::1]", defaultPort: 5037).description == "[::1]:5037")
        #expect(try Address(parsing: "rack-1:5038", defaultPort: 5037).port == 5038)
    }

    @Test(arguments: [
        ("", 0), ("10.0.4.11", 9), (":5555", 0), ("host:", 5), ("host:0", 5), ("host:65536", 5), ("host:5a", 5),
        ("host:+5", 5), ("::1:5555", 0), ("[::1:5555", 0), ("[host]:5555", 1), ("[::1]5555", 5), ("ho st:5555", 2),
        ("ho/st:1", 2), ("host:99999999999", 5),
    ])
    func `a wrong address says where`(text: String, offset: Int) {
        let error = #expect(throws: FarmError.self) { try Address(parsing: text) }
        #expect(error?.code == .badAddress)
        #expect(error?.offset == offset)
        #expect(error?.text == text)
    }
}
