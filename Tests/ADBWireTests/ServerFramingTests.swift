import ADBWire
import Testing

@Suite struct ServerFramingTests {
    @Test func `requests carry their length in four digits`() throws {
        #expect(try ServerFraming.request("host:version") == Array("000chost:version".utf8))
        #expect(try ServerFraming.request("host:tport:serial:10.0.0.5:5555").starts(with: Array("001f".utf8)))
        #expect(throws: WireError.self) { try ServerFraming.request(String(repeating: "a", count: 65536)) }
    }

    @Test("four digits are a length", arguments: [("0000", 0), ("000c", 12), ("FFFF", 65535), ("fffF", 65535)])
    func lengths(text: String, length: Int) throws {
        #expect(try ServerFraming.length(Array(text.utf8)) == length)
        #expect(try ServerFraming.length(ServerFraming.hex4(length)) == length)
    }

    @Test("anything else is none", arguments: ["", "000", "00000", "00g0", "-001", "0x01"])
    func badLengths(text: String) {
        #expect(throws: WireError.self) { try ServerFraming.length(Array(text.utf8)) }
    }

    @Test func `phones with the same serial are told apart by their USB path`() {
        let list = """
            0123456789ABCDEF       device usb:1-4.1 product:p model:M_1 device:d transport_id:3
            0123456789ABCDEF       device usb:1-4.2 product:p model:M_1 device:d transport_id:4
            10.0.0.5:5555          offline transport_id:9
            R5CT                   no permissions (user in plugdev group; are your udev rules wrong?); see [http] usb:2-1 transport_id:1

            """
        let devices = ServerDevice.parse(list: list)
        #expect(devices.map(\.serial) == ["0123456789ABCDEF", "0123456789ABCDEF", "10.0.0.5:5555", "R5CT"])
        #expect(devices.map(\.usbPath) == ["1-4.1", "1-4.2", nil, "2-1"])
        #expect(devices.map(\.transportID) == [3, 4, 9, 1])
        #expect(devices.map(\.isReady) == [true, true, false, false])
        #expect(devices[2].state == "offline")
        #expect(devices[3].state.hasPrefix("no permissions"))
        #expect(devices[0].model == "M_1")
    }
}
