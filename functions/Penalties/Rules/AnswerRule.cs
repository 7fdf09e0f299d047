namespace Penalties.Rules;

/// <summary>What a text tells the customer, and what an outcome proves: data says which outcome proves what, and which template says what.</summary>
[Flags]
[JsonConverter(typeof(JsonStringEnumConverter<Claims>))]
public enum Claims
{
    None = 0,

    /// <summary>A penalty was given.</summary>
    Penalty = 1,

    /// <summary>The driver was cautioned.</summary>
    Caution = 2,

    /// <summary>Driver and customer are never matched again: proved by a confirmed block and by no outcome.</summary>
    NeverMatched = 4,

    /// <summary>Name in older histories, as is <see cref="Nothing"/>.</summary>
    PenaltyAndCaution = Penalty | Caution,

    /// <inheritdoc cref="PenaltyAndCaution"/>
    Nothing = None,
}

/// <summary>What the customer may truthfully be told.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Answer>))]
public enum Answer
{
    /// <summary>The script's text: a penalty was given, never matched again, the driver was cautioned.</summary>
    ScriptText,

    /// <summary>Our own text, which says nothing about being matched again.</summary>
    WithoutBlock,

    /// <summary>The block is not confirmed yet; its confirmation or its limit comes.</summary>
    Wait,

    /// <summary>Nothing true can be said by the program.</summary>
    Manager,
}

public static class AnswerRule
{
    /// <param name="outcome">What the concluded outcome proves.</param>
    public static Answer Choose(Claims outcome, BlockState block) => (outcome.HasFlag(Claims.PenaltyAndCaution), block) switch
    {
        (true, BlockState.Confirmed) => Answer.ScriptText,
        (true, BlockState.Declined or BlockState.Unknown or BlockState.Lifting or BlockState.Lifted) => Answer.WithoutBlock,
        (true, BlockState.Pending) => Answer.Wait,
        (true, BlockState.Failed) => Answer.Manager,
        (false, BlockState.Confirmed or BlockState.Declined or BlockState.Unknown or BlockState.Lifting or BlockState.Lifted
            or BlockState.Pending or BlockState.Failed) => Answer.Manager,
    };

    /// <summary>Everything that may be said: what the outcome proves, and what the block does.</summary>
    public static Claims Proven(Claims outcome, BlockState block) => block is BlockState.Confirmed ? outcome | Claims.NeverMatched : outcome;
}
