import Farm
import Testing

/// What is known of an account by its kind.
struct AccountKindTests {
    private func account(_ name: String, _ kind: CloudAccount.Kind) -> CloudAccount {
        CloudAccount(
            name: name, kind: kind, region: "r", project: nil,
            login: .keys(id: .literal("a"), secret: .secret("s"), token: nil))
    }

    @Test func `the accounts of a kind are named, whether there are none, one or several`() {
        let accounts = [account("main", .cph), account("single", .koophone), account("night", .koophone)]
        #expect(accounts.words(of: .cph) == "the farm's account of the cloud phone service is main")
        #expect(accounts.words(of: .koophone) == "the farm's accounts of KooPhone are single, night")
        #expect([CloudAccount]().words(of: .koophone) == "the farm has no account of KooPhone")
    }

    @Test func `a phone is of the kind of the account that shows it`() {
        func kind(_ properties: [String: String]) -> CloudAccount.Kind? {
            Phone(
                name: "a", waysIn: [.tcp(Address(host: "h", port: 5555))], properties: properties
            ).accountKind
        }
        #expect(kind(["koophone.id": "a1"]) == .koophone)
        #expect(kind(["cph.id": "a1", "cph.status": "running"]) == .cph)
        #expect(kind(["ro.product.model": "Pixel 8"]) == nil)
    }
}
