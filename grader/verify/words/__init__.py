"""The course's statements in words: subjects, properties and values in any order."""
