import CloudPhone

extension StartedCall {
    /// Reads a task with a job for each instance (Cloud Phone API, KooPhone): the task is what jobs are asked by.
    init(readingTask fields: AnswerFields) throws(AnswerFault) {
        let task = try fields.name("task_id")
        let elements = try fields.list("cmd_jobs") { fields throws(AnswerFault) in
            let id = try fields.name("instance_id")
            let job = try fields.name("job_id")
            return (id: id, job: job)
        }
        self.init(
            requestID: task,
            elements: elements.map { element in
                let outcome: Element.Outcome =
                    element.job.isEmpty
                    ? .refused(
                        ServiceFault(code: nil, message: "the service named no job for it", requestID: task))
                    : .started(jobID: element.job)
                return Element(JobSubject(.instance, element.id), outcome)
            })
    }

    /// Reads an answer that only says that the work goes on; the instances' states tell how it ends.
    init(readingAcceptance fields: AnswerFields) throws(AnswerFault) {
        self.init(accepted: .instance, requestID: try fields.requestID())
    }
}
