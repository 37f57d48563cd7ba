import Farm
import PlaybookLanguage
import SourceText
import Testing

@Suite("Servers of clouds in a farm file")
struct CloudFarmFileTests {
    private func adb(_ keys: String) throws -> CloudServer? {
        let text = """
            secrets: { sk: env SK }
            keypairs: { KeyPair-farm: ~/.ssh/farm.pem }
            accounts: { main: { kind: huawei-cph, region: cn-north-4, auth: { ak: A, sk: sk } } }
            servers:
              farm-a[01-02]: { account: main\(keys) }
            phones:
              star: { server: farm-a01, serial: one }
            """
        let farm = try FarmFileTests.read(text)
        #expect(farm.servers.map(\.name) == ["farm-a01", "farm-a02"])
        #expect(farm.servers[0].cloud == farm.servers[1].cloud)
        // Until its server shows it, nobody knows where the phone is.
        #expect(farm.phone("star")?.waysIn.map(\.isADB) == [false])
        #expect(farm.phone("star")?.cloud?.isShown == false)
        return farm.servers[0].cloud
    }

    @Test func `ADB reaches phones only where the file says how`() throws {
        let key = Keypair(name: "KeyPair-farm", path: "~/.ssh/farm.pem")
        #expect(try adb("")?.adb == nil)
        #expect(try adb(", via: direct")?.adb == .direct)
        #expect(try adb(", via: ssh")?.adb == .ssh(nil, port: 22))
        #expect(try adb(", via: ssh, keypair: KeyPair-farm")?.adb == .ssh(key, port: 22))
        #expect(try adb(", via: ssh, keypair: KeyPair-farm, ssh-port: 2222")?.adb == .ssh(key, port: 2222))
    }

    @Test func `whom encode services let in is said, or it is root`() throws {
        #expect(try adb(", via: ssh")?.encoderUser == "root")
        #expect(try adb(", via: ssh, encoder-user: stream_1")?.encoderUser == "stream_1")
    }

    @Test(arguments: [
        ("cloud-ca.pem", "farms/cloud-ca.pem"), ("/etc/ca.pem", "/etc/ca.pem"), ("~/ca.pem", "~/ca.pem"),
    ]) func `the file of an authority starts at the farm file's folder`(text: String, path: String) throws {
        let account = "kind: huawei-cph, region: cn-north-4, auth: { ak: A, sk: sk }, ca-file: \(text)"
        var diagnostics = Diagnostics()
        let file = SourceFile(
            name: "farms/farm.yml", text: "secrets: { sk: env SK }\naccounts: { main: { \(account) } }")
        let farm = FarmFile.contents(of: file, &diagnostics).inventory
        #expect(farm?.accounts.first?.certificateFile == path)
    }

    @Test func `what is staged stays for seven days, or as long as the account says`() throws {
        func days(_ key: String) throws -> Int? {
            let account = "kind: huawei-cph, region: cn-north-4, auth: { ak: A, sk: sk }\(key)"
            return try FarmFileTests.read("secrets: { sk: env SK }\naccounts: { main: { \(account) } }").accounts.first?
                .stagedDays
        }
        #expect(try days("") == 7)
        #expect(try days(", staged-days: 365") == 365)
    }

    @Test func `phones of KooPhone come by an account with an address of its own, all or those of a pool`() throws {
        let farm = try FarmFileTests.read(
            """
            secrets: { pw: env PW }
            accounts:
              single:
                kind: koophone
                region: cn-north-4
                auth: { account: studio, user: robot, password: pw }
                endpoints: { koophone: "https://koophone.example.com:8443/base/v" }
            servers:
              koo: { account: single }
              night: { account: single, pool: night }
            phones:
              star: { server: koo, serial: kp-0001 }
            """)
        #expect(farm.accounts.map(\.kind) == [.koophone])
        #expect(farm.accounts[0].endpoints.service == "https://koophone.example.com:8443/base/v")
        #expect(farm.servers.map { $0.cloud?.pool } == [nil, "night"])
        #expect(farm.phone("star")?.cloud?.isShown == false)
    }
}
