import Farm
import Testing

@testable import Commands

@Suite("The list of phones")
struct PhoneRowTests {
    private static func row(_ name: String, model: String? = nil, reason: String? = nil) -> PhoneRow {
        let phone = Phone(name: name, waysIn: [], labels: ["rack-1"])
        guard let model else {
            return PhoneRow(phone, PhoneSurvey.Answer(properties: nil, reason: reason, advice: "look at it"))
        }
        return PhoneRow(
            phone, PhoneSurvey.Answer(properties: ["ro.product.model": model], reason: nil, advice: nil))
    }

    @Test func `the table counts who is there and says why others are not`() {
        let table = PhoneRow.table([Self.row("a", model: "Pixel 8"), Self.row("b", reason: "no route")])
        let lines = table.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[1].contains("Pixel 8") && lines[1].hasSuffix("ready"))
        #expect(lines[2].hasSuffix("no route"))
        #expect(lines[3] == "2 phones, 1 ready")
    }

    @Test func `what was not asked is not called ready or away`() {
        let table = PhoneRow.table([PhoneRow(Phone(name: "a", waysIn: []), nil)])
        #expect(table.contains("not asked"))
        #expect(table.contains("unknown  unknown"), "what nobody knows is called so")
        #expect(table.hasSuffix("1 phone\n"))
    }

    @Test func `a phone cannot write on our terminal`() {
        let evil = Self.row("a", model: "\u{1B}[2J\nfake  ready")
        #expect(!PhoneRow.table([evil]).contains("\u{1B}"))
        #expect(PhoneRow.table([evil]).split(separator: "\n").count == 3)
        let json = PhoneRow.json([evil])
        #expect(!json.contains("\u{1B}"))
        #expect(json.contains(#"\u001b[2J\nfake"#))
    }

    @Test func `a phone of a cloud is shown with both of its ways`() {
        let place = CloudPlace(account: "main", server: "s1", phone: "p1")
        let row = { (access: CloudServer.ADBAccess) in
            PhoneRow(Phone(name: "a", waysIn: [.cloudADB(place, access), .cloud(place)]), nil)
        }
        #expect(PhoneRow.table([row(.ssh(nil))]).contains("cloud main, p1, and adb through ssh"))
        #expect(PhoneRow.table([row(.direct)]).contains("cloud main, p1, and adb direct"))
        #expect(PhoneRow.json([row(.direct)]).contains(#""ways-in": ["cloud main, p1, adb direct", "cloud main, p1"]"#))
    }

    @Test func `advice goes to programs too`() {
        #expect(PhoneRow.json([Self.row("a", reason: "no route")]).contains(#""advice": "look at it""#))
    }
}
