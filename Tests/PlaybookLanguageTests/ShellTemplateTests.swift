import PlaybookLanguage
import Testing

@Suite struct ShellTemplateTests {
    /// The line that a phone gets for `shell:` written so.
    static func line(_ command: String, value: Value) throws -> String {
        let (playbook, complaints) = readPlaybook(
            """
            inputs: { it: { type: text } }
            phones: all
            steps:
              - shell: |-
                  \(command)
            """)
        let step = try #require(playbook?.steps.first?.kind as? SmallVocabulary.Shell, "\(complaints)")
        return try step.line.line(in: Scope(SharedScope(inputs: ["it": value])))
    }

    @Test(arguments: [
        ("game", "echo game"), ("", "echo ''"), ("a b", "echo 'a b'"), ("it's", "echo 'it'\\''s'"),
        ("$(reboot)", "echo '$(reboot)'"), ("; rm -rf /", "echo '; rm -rf /'"), ("`id`", "echo '`id`'"),
        ("a\nb", "echo 'a\nb'"), ("A=1", "echo 'A=1'"), ("~", "echo '~'"), ("/sdcard/a.b-c_d", "echo /sdcard/a.b-c_d"),
        ("ä", "echo 'ä'"), ("*", "echo '*'"), ("\\", "echo '\\'"),
    ])
    func `a value in a shell line is one word`(value: String, expected: String) throws {
        #expect(try Self.line("echo ${{ inputs.it }}", value: .text(value)) == expected)
    }

    @Test func `raw opts out of quoting and quote is not quoted twice`() throws {
        #expect(try Self.line("echo ${{ raw(inputs.it) }}", value: .text("a b")) == "echo a b")
        #expect(try Self.line("echo ${{ quote(inputs.it) }}", value: .text("a b")) == "echo 'a b'")
        #expect(try Self.line("echo \"${{ raw(inputs.it) }}\"", value: .text("a b")) == "echo \"a b\"")
    }

    @Test func `a list becomes one word for each member`() throws {
        let list = Value.list([.text("a"), .text("b c"), .integer(3)])
        #expect(try Self.line("ls ${{ inputs.it }}", value: list) == "ls a 'b c' 3")
    }

    @Test func `null and NUL cannot be put into a shell line`() throws {
        #expect(throws: PlaybookError.self) { try Self.line("echo ${{ inputs.it }}", value: .null) }
        #expect(throws: PlaybookError.self) { try Self.line("echo ${{ inputs.it }}", value: .text("a\0b")) }
        #expect(throws: PlaybookError.self) { try Self.line("echo ${{ raw(inputs.it) }}", value: .text("a\0b")) }
    }

    @Test func `an apostrophe in a comment opens no quote`() throws {
        let line = try Self.line("true # it's\n      echo ${{ inputs.it }}", value: .text("a b"))
        #expect(line.hasSuffix("echo 'a b'"))
    }
}
