import DroverTesting
import Secrets
import Testing

@Suite struct RedactorTests {
    private static let plain = "hunter2 & \"ö/+'s"

    private func redactor(_ secrets: String...) -> Redactor {
        Redactor(SecretVault(secrets.enumerated().map { Secret(name: "s\($0.offset)", $0.element) }))
    }

    @Test(arguments: [
        "hunter2 & \"ö/+'s",
        // JSON, with and without letters beyond ASCII, and with its slashes escaped.
        "hunter2 & \\\"ö/+'s", "hunter2 & \\\"\\u00f6/+'s", "hunter2 & \\\"ö\\/+'s",
        // URLs, both cases of digits, both spellings of the blank.
        "hunter2%20%26%20%22%C3%B6%2F%2B%27s", "hunter2%20%26%20%22%c3%b6%2f%2b%27s", "hunter2+%26+%22%C3%B6%2F%2B%27s",
        // Shells.
        "hunter2 & \"ö/+'\\''s", "hunter2 & \"ö/+'\"'\"'s", "hunter2\\ \\&\\ \\\"ö/\\+\\'s",
        // Hexadecimal.
        "68756e746572322026202" + "2c3b62f2b2773", "68756E746572322026202" + "2C3B62F2B2773",
        // Base64 on its own, and behind one and two other bytes, in both alphabets.
        "aHVudGVyMiAmICLDti8rJ3M=", "eGh1bnRlcjIgJiAiw7YvKydz", "eHhodW50ZXIyICYgIsO2Lysncw==",
        "eGh1bnRlcjIgJiAiw7YvKydz",
    ])
    func `a secret is hidden in every spelling`(spelling: String) {
        let text = redactor(Self.plain).redacting("before \(spelling) after")
        #expect(text.hasPrefix("before "))
        #expect(text.hasSuffix(" after"))
        #expect(text.contains("‹secret s0›"))
        for part in ["hunter", "68756", "aHVud", "h1bnR", "hodW50"] { #expect(!text.contains(part)) }
    }

    @Test func `what holds no secret stays as it is`() {
        let text = "hunter1, hunter3 and a lot more: aHVudGVySg=="
        #expect(redactor("hunter2").redacting(text) == text)
        #expect(Redactor().redacting("hunter2") == "hunter2")
        #expect(Redactor().isIdle)
        #expect(Redactor(SecretVault()).isIdle)
    }

    @Test func `secrets that hold or overlap each other are hidden together`() {
        #expect(redactor("hunter2", "hunter2-and-more").redacting("x hunter2-and-more y") == "x ‹secret s1› y")
        #expect(redactor("abcdef", "defghi").redacting("x abcdefghi y") == "x ‹secret s0› y")
        #expect(redactor("abcdef", "cdef").redacting("abcdef cdef") == "‹secret s0› ‹secret s1›")
    }

    @Test func `base64 that is broken into lines is found`() {
        let secret = String(repeating: "The quick brown fox. ", count: 8)
        let digits = "VGhlIHF1aWNrIGJyb3duIGZveC4g"
        let whole = String(repeating: digits, count: 8)
        var wrapped = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, index % 76 == 0 { wrapped += "\r\n" }
            wrapped.append(digit)
        }
        #expect(redactor(secret).redacting("a \(wrapped) b") == "a ‹secret s0› b")
    }

    @Test func `lines of a secret of many lines are hidden on their own`() {
        let text = redactor("-----BEGIN KEY-----\nMIIEvAIBADANBg\nshort\n").redacting("> MIIEvAIBADANBg\r\n> short\r\n")
        #expect(text == "> ‹secret s0›\r\n> short\r\n")
    }

    @Test func `the beginning of a secret is hidden where a text was cut`() {
        let redactor = redactor("correct-horse-battery")
        #expect(redactor.redacting("it said correct-horse-b") == "it said ‹secret s0›")
        #expect(redactor.redacting("it said correct-h… and more") == "it said ‹secret s0›… and more")
        #expect(redactor.redacting("it is correct") == "it is ‹secret s0›")
        #expect(redactor.redacting("correct, and so on") == "correct, and so on")
    }

    @Test func `a text that is made from a secret later is hidden from then on`() {
        let vault = SecretVault()
        let redactor = Redactor(vault)
        #expect(redactor.redacting("HUNTER2") == "HUNTER2")
        vault.add(Secret(name: "a", "hunter2"))
        #expect(vault.add(derived: Secret(name: "a", "HUNTER2")))
        #expect(redactor.redacting("HUNTER2") == "‹secret a›")
        let fits = (0..<500).map { vault.add(derived: Secret(name: "a", "hunter2-\($0)")) }
        #expect(fits.count { $0 } == 199)
    }

    @Test func `a secret is found whatever the borders of the pieces are`() {
        var numbers = SeededNumbers(seed: 7)
        let secrets = ["hunter2-and-more", "x'y z", "0123456789abcdef"]
        let vault = SecretVault(secrets.enumerated().map { Secret(name: "s\($0.offset)", $0.element) })
        let redactor = Redactor(vault)
        for _ in 0..<300 {
            var text = ""
            for _ in 0..<Int.random(in: 0...12, using: &numbers) {
                let filler = String(repeating: "-", count: Int.random(in: 0...40, using: &numbers))
                text +=
                    ((secrets + ["hunter2", "MDEyMzQ1Njc4OWFiY2RlZg=="]).randomElement(using: &numbers) ?? "") + filler
            }
            var stream = redactor.stream()
            var result: [UInt8] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = min(rest.count, Int.random(in: 1...30, using: &numbers))
                result += stream.add(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            result += stream.finish()
            let whole = redactor.redacting(text)
            #expect(String(decoding: result, as: UTF8.self) == whole)
            for secret in secrets { #expect(!whole.contains(secret)) }
        }
    }

    @Test func `random secrets are found in random texts, and nothing else is`() {
        var numbers = SeededNumbers(seed: 11)
        for _ in 0..<2000 {
            let letters = Array("ab\"'% /é\\\n")
            func word(_ length: ClosedRange<Int>) -> String {
                String(
                    (0..<Int.random(in: length, using: &numbers)).map { _ in
                        letters.randomElement(using: &numbers) ?? "a"
                    })
            }
            let secret = word(6...12)
            let text = word(0...6) + (Bool.random(using: &numbers) ? secret : "") + word(0...6)
            let redacted = redactor(secret).redacting(text)
            #expect(!redacted.contains(secret))
            // Nothing was hidden without a reason: a secret, or its beginning at the end.
            if !text.contains(secret), !text.contains("\\"), redacted != text {
                let shown = redacted.replacing("‹secret s0›", with: "")
                #expect(text.hasPrefix(shown.prefix(0)))
                #expect(redacted.hasSuffix("‹secret s0›") || secret.contains("\n") || secret.contains("'"))
            }
        }
    }
}
