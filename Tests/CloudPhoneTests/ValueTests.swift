import CloudPhone
import JSON
import Testing

@Suite("Values of answers")
struct ValueTests {
    private static func fields(_ text: String) throws -> AnswerFields {
        try AnswerFields(try #require(JSONValue(parsing: text.utf8)))
    }

    @Test func `what is missing or null is nil, and what is unknown is left out`() throws {
        let phone = try ListedPhone(reading: Self.fields(#"{"phone_id":"p","imei":null,"new_field":{"a":[1]}}"#))
        #expect(phone.id == "p")
        #expect(phone.imei == nil)
        #expect(phone.name.isEmpty)
        #expect(phone.status.use == .wait)
    }

    @Test(
        "what is of a wrong type is named with its place",
        arguments: [
            (#"{"servers":[{},{"status":"5"}]}"#, "servers[1].status is text and should be a whole number"),
            (#"{"servers":{}}"#, "servers is an object and should be a list"),
            (#"{"servers":[7]}"#, "servers[0] is a whole number and should be an object"),
            (
                #"{"servers":[{"addresses":[{"server_ip":1}]}]}"#,
                "servers[0].addresses[0].server_ip is a whole number and should be text"
            ),
            (#"{"servers":[{"metadata":[]}]}"#, "servers[0].metadata is a list and should be an object"),
            (#"{"count":1.5}"#, "count is a number and should be a whole number"),
            (#"{"request_id":true}"#, "request_id is true or false and should be text"),
        ])
    func wrongType(text: String, words: String) throws {
        let fields = try Self.fields(text)
        let fault = #expect(throws: AnswerFault.self) { try Page<ListedServer>(reading: fields) }
        #expect(fault?.description == words)
    }

    @Test func `the new name of an address counts, then the old one`() throws {
        let detail = try PhoneDetail(
            reading: Self.fields(
                """
                {"phone_id":"p","access_infos":[
                  {"type":"vnc","device_ip":"10.237.0.61","public_ip":"","access_ip":""},
                  {"type":"adb","phone_ip":"10.237.0.62","device_ip":"old","listen_port":5555,"server_ip":"172.31.248.213",
                   "intranet_ip":"old","access_port":4673,"public_ip":"","access_ip":"203.0.113.7"}],
                 "phone_data_volume":{"volume_type":"SSD","volume_size":46},"custom_property":{"a":"b"}}
                """))
        #expect(detail.accessInfos[0].phoneAddress == "10.237.0.61")
        #expect(detail.accessInfos[0].publicAddress == nil)
        #expect(detail.adb?.phoneAddress == "10.237.0.62")
        #expect(detail.adb?.serverAddress == "172.31.248.213")
        #expect(detail.adb?.publicAddress == "203.0.113.7")
        #expect(detail.adb?.serverPort == 4673)
        #expect(detail.volumeSize == 46)
        #expect(detail.customProperty == ["a": "b"])
    }

    @Test(
        "states of phones",
        arguments: [
            (2, PhoneStatus.Use.running), (1, .wait), (5, .wait), (77, .wait), (6, .frozen), (8, .shutDown),
            (-6, .broken),
            (-8, .lost),
        ])
    func status(number: Int, use: PhoneStatus.Use) { #expect(PhoneStatus(number: number).use == use) }

    @Test("specifications with shared storage are known by their text")
    func sharedStorage() throws {
        let with = #"{"phone_model_name":"m","extend_spec":"{\"max_share_disk_size_g\":50}"}"#
        #expect(try PhoneModel(reading: Self.fields(with)).sharedGigabytes == 50)
        let texts = #"{"phone_model_name":"m","extend_spec":"{\"max_share_disk_size_g\": \"120\", \"x\":1}"}"#
        #expect(try PhoneModel(reading: Self.fields(texts)).sharedGigabytes == 120)
        let none = #"{"phone_model_name":"m","extend_spec":"{\"max_share_disk_size_g\":null,\"x\":7}"}"#
        #expect(try PhoneModel(reading: Self.fields(none)).sharedGigabytes == nil)
        #expect(try PhoneModel(reading: Self.fields(#"{"phone_model_name":"m"}"#)).sharedGigabytes == nil)
    }

    @Test(
        "output is cut when it has the service's 1,024 bytes, or ends in half a character just below",
        arguments: [
            (String(repeating: "a", count: 1024), true), (String(repeating: "a", count: 1023), false),
            (String(repeating: "a", count: 1020) + "\u{FFFD}", true), ("\u{FFFD}", false), ("", false),
        ])
    func cut(text: String, isCut: Bool) { #expect(CommandOutput(text).isCut == isCut) }

    @Test(
        "times",
        arguments: [
            ("2026-01-03T03:04:05.000000Z", 1_767_409_445), ("2026-01-03T03:04:05Z", 1_767_409_445),
            ("1970-01-01T00:00:00Z", 0),
            ("2026-01-03T03:04:05", nil), ("2026-13-03T03:04:05Z", nil), ("", nil), (".", nil), ("Z", nil),
            ("2026-01-03T03:04:99Z", nil),
        ])
    func time(text: String, seconds: Int?) { #expect(CloudTime.seconds(of: text) == seconds) }
}
