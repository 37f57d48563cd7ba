/// A test case as `am instrument` names it: `com.studio.LoginTest#logsIn`.
struct TestName: Hashable, Sendable, CustomStringConvertible {
    let suite: String
    let name: String

    var description: String { "\(suite)#\(name)" }
}
