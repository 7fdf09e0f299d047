namespace Conformance.Tests;

/// <summary>A test that lets days pass.</summary>
internal sealed class JumpFactAttribute : FactAttribute
{
    public JumpFactAttribute() => Skip = JumpTheoryAttribute.Reason;
}

/// <inheritdoc cref="JumpFactAttribute"/>
internal sealed class JumpTheoryAttribute : TheoryAttribute
{
    public static readonly string? Reason = Flavour.CanJump ? null : "Lets days pass, and on this backend time is real.";

    public JumpTheoryAttribute() => Skip = Reason;
}
