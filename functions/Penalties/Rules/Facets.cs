namespace Penalties.Rules;

/// <summary>관리자 컨펌: whether a manager has to decide, and what was decided.</summary>
public enum DecisionState
{
    NotNeeded,
    Awaited,
    File,
    DoNotFile,
}

/// <summary>The post on the board.</summary>
public enum BoardState
{
    None,
    Posted,
}

/// <summary>상호차단.</summary>
public enum BlockState
{
    Unknown,
    Declined,
    Pending,
    Confirmed,
    Failed,
}

/// <summary>피드백요청: the customer's request to be told the result.</summary>
public enum PromiseState
{
    None,
    Promised,
    Answered,
}

/// <summary>What is known of the driver outcome.</summary>
public enum OutcomeState
{
    Unknown,
    Concluded,
}

/// <summary>The feedback SMS.</summary>
public enum MessageState
{
    None,
    Reserved,
    Sent,
    Unknown,
    Failed,
    Delivered,
}

/// <summary>Whether a manager has been asked to answer in the program's place.</summary>
public enum HandoverState
{
    None,
    WithManager,
    Settled,
}

/// <summary>Whether anything is still to be done.</summary>
public enum LifeState
{
    Open,
    Closed,
}
