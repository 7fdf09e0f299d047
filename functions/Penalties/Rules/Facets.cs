namespace Penalties.Rules;

/// <summary>Whether the customer still stands by the complaint.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ComplaintState>))]
public enum ComplaintState
{
    Standing,
    Withdrawn,
}

/// <summary>관리자 컨펌: whether a manager has to decide, and what was decided.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DecisionState>))]
public enum DecisionState
{
    NotNeeded,
    Awaited,
    File,
    DoNotFile,

    /// <summary>The complaint was taken back before anybody decided: should it be renewed, somebody has to.</summary>
    Dropped,
}

/// <summary>The driver's own statement (소명), which the deciding person sees before deciding.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StatementState>))]
public enum StatementState
{
    NotAsked,
    Received,
    Waived,
}

/// <summary>The post on the board.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BoardState>))]
public enum BoardState
{
    None,
    Posting,
    Posted,
}

/// <summary>상호차단.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BlockState>))]
public enum BlockState
{
    Unknown,
    Declined,
    Pending,
    Confirmed,

    /// <summary>A command to block or to lift failed: nobody can say whether it holds.</summary>
    Failed,

    /// <summary>A manager ordered the un-block; the driver admin has not confirmed it.</summary>
    Lifting,
    Lifted,
}

/// <summary>피드백요청: the customer's request to be told the result.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PromiseState>))]
public enum PromiseState
{
    None,
    Promised,
    Answered,

    /// <summary>The customer no longer wants an answer.</summary>
    Withdrawn,
}

/// <summary>How the customer was answered.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AnswerWay>))]
public enum AnswerWay
{
    Telephone,
    Text,
}

/// <summary>What is known of the driver outcome.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OutcomeState>))]
public enum OutcomeState
{
    Unknown,
    Concluded,

    /// <summary>The driver has appealed, and nobody has decided about it: nothing is told to the customer meanwhile.</summary>
    Appealed,

    /// <summary>The appeal was rejected; there is no second one.</summary>
    Upheld,

    /// <summary>The appeal was granted: another outcome stands.</summary>
    Overturned,
}

/// <summary>The feedback SMS.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MessageState>))]
public enum MessageState
{
    None,
    Reserved,
    Sent,
    Unknown,
    Failed,
    Delivered,
}

/// <summary>관리자 연락. On a complaint: whether a callback was asked for. On the callback, which is a case of its own: whether it was made.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CallbackState>))]
public enum CallbackState
{
    None,

    /// <summary>Asked for on this complaint; its own case is not filed yet.</summary>
    Wanted,

    /// <summary>Filed as a case of its own.</summary>
    Filed,

    /// <summary>This case is the callback, and a supervisor has to phone.</summary>
    Due,
    Done,
    Cancelled,
}

/// <summary>Whether a manager has been asked to look, or to answer in the program's place.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HandoverState>))]
public enum HandoverState
{
    None,
    WithManager,
    Settled,
}

/// <summary>Whether anything is still to be done.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LifeState>))]
public enum LifeState
{
    Open,
    Closed,
}
