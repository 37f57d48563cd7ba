public import Secrets

/// The words that journals are made of, which no secret may be: hiding it would make them unreadable.
public enum JournalWords {
    private static let events = [
        "run-started", "phone-connected", "step-started", "attempt-failed", "step-ended", "phone-ended", "play-ended",
        "wave-started", "wave-ended", "canary-replaced", "run-stopping", "run-resumed", "run-ended", "farm", "playbook",
        "targets", "plays", "payloads", "inputs", "variables", "folder", "environment", "properties",
    ]

    /// Whether the secret is one of them, or a part of one.
    public static func contain(_ secret: Secret) -> Bool {
        let words = events + Verdict.allCases.map(\.rawValue) + ["flaky", "rescued", "tolerated"]
        return secret.reveal { text in words.contains { $0.contains(text) } }
    }
}
