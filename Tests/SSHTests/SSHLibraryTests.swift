import SSH
import Testing

@Suite struct SSHLibraryTests {
    @Test func `placeholder`() {}
}
