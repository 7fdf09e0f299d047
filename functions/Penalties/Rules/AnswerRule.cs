using System.Text.Json.Serialization;

namespace Penalties.Rules;

/// <summary>What a concluded outcome proves; data says which outcome proves what.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Proof>))]
public enum Proof
{
    PenaltyAndCaution,
    Nothing,
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
    public static Answer Choose(Proof outcome, BlockState block) => (outcome, block) switch
    {
        (Proof.PenaltyAndCaution, BlockState.Confirmed) => Answer.ScriptText,
        (Proof.PenaltyAndCaution, BlockState.Declined or BlockState.Unknown) => Answer.WithoutBlock,
        (Proof.PenaltyAndCaution, BlockState.Pending) => Answer.Wait,
        (Proof.PenaltyAndCaution, BlockState.Failed) => Answer.Manager,
        (Proof.Nothing, BlockState.Confirmed or BlockState.Declined or BlockState.Unknown or BlockState.Pending or BlockState.Failed) => Answer.Manager,
    };
}
