using System.Text.Json.Serialization;

namespace Penalties.Rules;

/// <summary>관리자 컨펌: whether a manager has to decide, and what was decided.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DecisionState>))]
public enum DecisionState
{
    NotNeeded,
    Awaited,
    File,
    DoNotFile,
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
    Failed,
}

/// <summary>피드백요청: the customer's request to be told the result.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PromiseState>))]
public enum PromiseState
{
    None,
    Promised,
    Answered,
}

/// <summary>What is known of the driver outcome.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OutcomeState>))]
public enum OutcomeState
{
    Unknown,
    Concluded,
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

/// <summary>Whether a manager has been asked to answer in the program's place.</summary>
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
