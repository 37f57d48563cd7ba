import Farm
import Testing

/// What is known of an account by its kind.
struct AccountKindTests {
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
