import Farm
import Testing

@Suite("Addresses of objects")
struct ObjectAddressTests {
    @Test(arguments: [
        ("obs://studio/a.apk", "studio", "a.apk", false), ("OBS://studio/builds/", "studio", "builds/", true),
        ("obs://my.studio-1/", "my.studio-1", "", true),
        ("obs://studio/with blanks/手机 #1?.pak", "studio", "with blanks/手机 #1?.pak", false),
        ("obs://studio//a", "studio", "/a", false),
    ])
    func `an address names an object, or a folder of them`(text: String, bucket: String, key: String, isFolder: Bool)
        throws
    {
        let address = try #require(ObjectAddress(text))
        #expect(address.bucket == bucket)
        #expect(address.key == key)
        #expect(address.isFolder == isFolder)
        #expect("\(address)" == "obs://\(bucket)/\(key)")
    }

    @Test(arguments: [
        ("obs://", "names a bucket"), ("obs:///a", "names a bucket"), ("obs://Studio/a", "names a bucket"),
        ("obs://st\u{301}udio/a", "names a bucket"), ("obs://studio", "names an object behind the bucket"),
        ("obs://studio/a\nb", "no control characters"), ("obs://studio/\(String(repeating: "a", count: 1025))", "1024"),
        ("obs://studio/*.apk", "no pattern"), ("https://studio/a", "no address of an object"),
    ])
    func `what names none is told with what to write`(text: String, reason: String) throws {
        #expect(ObjectAddress(text) == nil)
        let mistake = try #require(ObjectAddress.mistake(in: text))
        #expect(mistake.message.contains(reason))
        #expect(!mistake.help.isEmpty)
    }

    @Test(
        arguments: [
            ("builds/a.apk", "a.apk"), ("builds/x/y z/手机", "x/y z/手机"), ("builds/..a/b..", "..a/b.."),
            ("builds/", nil), ("builds/x/", nil), ("builds//a", nil), ("builds/../a", nil), ("builds/a/..", nil),
            ("builds/./a", nil), ("builds/a\u{1}b", nil), ("other/a", nil),
            ("builds/" + String(repeating: "a", count: 256), nil),
            // A mark over a slash makes another character of it, and still a slash for the system.
            ("builds/a/\u{301}/../../../b", nil),
        ] as [(String, String?)])
    func `no name of an object leads out of its folder`(key: String, path: String?) throws {
        let folder = try #require(ObjectAddress("obs://studio/builds/"))
        #expect(folder.path(of: key) == path)
    }

    @Test func `an object that is no folder has nothing below it`() throws {
        let object = try #require(ObjectAddress("obs://studio/builds"))
        #expect(object.path(of: "builds/a") == nil)
    }
}
