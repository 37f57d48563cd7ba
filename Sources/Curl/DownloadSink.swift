/// Takes the body of a download as it comes; called on the client's lane, one call at a time.
public protocol DownloadSink: AnyObject, Sendable {
    /// Hears that an answer with a status of success begins, whose body is not read yet.
    ///
    /// - Throws: Whatever makes the body unwelcome; the download ends with that error.
    func begin(_ head: HTTPResponse) throws

    /// Takes a piece of the body; the pointer is valid during the call.
    ///
    /// - Throws: Whatever keeps it from going on; the download ends with that error.
    func receive(_ bytes: UnsafeRawBufferPointer) throws
}
