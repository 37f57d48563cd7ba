import Curl
import Testing

@testable import Commands

@Suite("Names for what is fetched")
struct FetchNameTests {
    @Test(
        "an address that ends in a plain name gives it",
        arguments: [("a.tar.zst", "a.tar.zst"), ("x/y.bin?k=v", "y.bin")])
    func names(place: String, name: String) throws {
        #expect(try HTTPURL("https://files.studio.example/" + place).fileName == name)
    }

    @Test(
        "an address never chooses a hidden file, an option, or another folder",
        arguments: [
            "", "x/", ".bashrc", "x/..", "x/.", "-rf", "a%2F..%2Fb", "..%2f", String(repeating: "a", count: 300),
        ])
    func noNames(place: String) throws {
        #expect(try HTTPURL("https://files.studio.example/" + place).fileName == nil)
    }
}
