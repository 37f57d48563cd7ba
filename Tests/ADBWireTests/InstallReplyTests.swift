import ADBWire
import Testing

@Suite struct InstallReplyTests {
    static let answers: [(String, InstallReply)] = [
        ("Success\n", InstallReply.success(detail: "")),
        ("\tpkg: /data/local/tmp/x.apk\r\nSuccess\r\n", .success(detail: "")),
        ("Success: streamed 10 bytes\n", .success(detail: "streamed 10 bytes")),
        ("Failure [INSTALL_FAILED_OLDER_SDK]\n", .failure(PackageFailure(code: "INSTALL_FAILED_OLDER_SDK"))),
        (
            "Failure [INSTALL_FAILED_ABORTED: User rejected]",
            .failure(PackageFailure(code: "INSTALL_FAILED_ABORTED", detail: "User rejected"))
        ),
        ("Failure [not installed for 0]", .failure(PackageFailure(code: nil, detail: "not installed for 0"))),
        (
            "Failure [DELETE_FAILED_INTERNAL_ERROR]\n",
            .failure(PackageFailure(code: "DELETE_FAILED_INTERNAL_ERROR"))
        ),
        ("Failure\n", .failure(PackageFailure(code: nil))),
        (
            "Warning: no signature\nCompleted with warning(s)\n",
            .installedWithWarnings("Warning: no signature\nCompleted with warning(s)")
        ),
        ("Error: device is still booting.\n", .notReady("Error: device is still booting.")),
        ("cmd: Can't find service: package\n", .notReady("cmd: Can't find service: package")),
        ("Error: Unknown option: -x\n", .other("Error: Unknown option: -x")),
        ("java.lang.SecurityException: no\n\tat a.b\n", .other("java.lang.SecurityException: no\nat a.b")),
        ("", .empty), (" \r\n\n", .empty),
    ]

    @Test("the package manager's words are understood", arguments: answers)
    func grammar(text: String, reply: InstallReply) {
        #expect(InstallReply(parsing: text) == reply)
    }

    @Test(
        "a session's number is found in the last brackets",
        arguments: [
            ("Success: created install session [1234]\n", 1234), ("Success\n", nil), ("Success: [x]", nil),
            ("Failure [12]", nil),
        ] as [(String, Int?)])
    func sessions(text: String, session: Int?) {
        #expect(InstallReply(parsing: text).session == session)
    }
}
